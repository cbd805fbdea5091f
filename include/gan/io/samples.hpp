// Viewing the output of a generator: samples from fixed latent vectors, as a tensor or as a grid of images.
#pragma once

#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/nn/input.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/shape.hpp"

namespace gan::io {

/// The pass of sampling: dropout is off, and nothing is updated.
inline Pass sampling_pass(const InputSpec& how, u64 seed = 1) {
  Pass pass = Pass::inference(Rng{seed, name_stream("sample pass"), 0});
  pass.batch_stats = how.batch_statistics;
  return pass;
}

/// The parts that n samples are made from, on `device`: z and codes drawn from `seed`,
/// labels as given or, if they are empty, 0, 1, … in turn. Throws ValueError for another number of labels, for labels
/// outside [0, classes), and for a spec with parts that cannot be drawn, such as x: those must be given.
template <class T>
BasicParts<T> sample_input(const InputSpec& how, i64 n, u64 seed, std::vector<i64> labels = {},
                           Device device = Device::cpu());

/// n samples (n, …) of a generator of any form that generate() calls, on its device. Dropout is off, and BatchNorm uses
/// its running statistics unless how.batch_statistics is set. The same seed gives the same z. Throws as sample_input.
template <class M>
Tensor<scalar_of<M>> sample(M& generator, i64 n, const InputSpec& how, u64 seed = 1, std::vector<i64> labels = {}) {
  using T = scalar_of<M>;
  NoGrad constant;
  const BasicParts<T> input = sample_input<T>(how, n, seed, std::move(labels), device_of(generator));
  Pass pass = sampling_pass(how, seed);
  return generate<T>(generator, how, input, pass);
}
/// The same for a generator that takes only latent vectors.
template <class M>
Tensor<scalar_of<M>> sample(M& generator, i64 n, Latent latent, u64 seed = 1) {
  return sample(generator, n, InputSpec{.latent = latent}, seed);
}

/// The grid for n samples: one column per class, or else eight columns; black and white are those of the generator.
inline GridOptions grid_of(const InputSpec& how, i64 n) {
  const i64 columns = how.classes > 0 ? how.classes : 8;
  return {.rows = (n + columns - 1) / columns, .columns = columns, .low = how.low, .high = how.high};
}

struct SampleGridOptions {
  InputSpec input = {};
  i64 rows = 8;  ///< the number of columns is that of grid_of
  u64 seed = 1;
};

/// A hook for a trainer: writes samples of `generator`, always from the same z, to <directory>/round_<number>.png, and
/// the newest to <directory>/latest.png. Creates the directory immediately. The generator must outlive the trainer's
/// run.
template <class M>
auto sample_grid(M& generator, std::string directory, SampleGridOptions o = {}) {
  make_directory(directory);
  return [&generator, directory, o](auto& trainer) {
    const i64 n = o.rows * grid_of(o.input, 1).columns;
    const auto images = sample(generator, n, o.input, o.seed);
    const GridOptions grid = grid_of(o.input, n);
    std::string number = std::to_string(trainer.round());
    if (number.size() < 8) number.insert(0, 8 - number.size(), '0');
    save_grid(directory + "/round_" + number + ".png", images, grid);
    save_grid(directory + "/latest.png", images, grid);
  };
}

extern template Parts sample_input(const InputSpec&, i64, u64, std::vector<i64>, Device);
extern template BasicParts<double> sample_input(const InputSpec&, i64, u64, std::vector<i64>, Device);

}  // namespace gan::io
