// Viewing the output of a generator: samples from fixed latent vectors, as a tensor or as a grid of images.
#pragma once

#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/nn/latent.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/shape.hpp"

namespace gan::io {

/// n samples (n, …) of a generator, on its device. Dropout is off, and BatchNorm uses its running statistics unless
/// how.batch_statistics is set. The same seed gives the same z. A generator with classes gets `labels`, n class
/// numbers, or 0, 1, … in turn if they are empty. Throws ValueError if the number of labels is wrong or a label is not
/// one of the classes.
template <class M>
Tensor<scalar_of<M>> sample(M& generator, i64 n, const Sampling& how, u64 seed = 1, std::vector<i64> labels = {}) {
  using T = scalar_of<M>;
  NoGrad constant;
  Rng rng{seed, name_stream("sample"), 0};
  Pass pass = Pass::inference(Rng{seed, name_stream("sample pass"), 0});
  pass.batch_stats = how.batch_statistics;
  const Tensor<T> z = draw_latent<T>(n, how.latent, rng, device_of(generator));
  if (labels.empty() && how.classes > 0)
    for (i64 i = 0; i < n; ++i) labels.push_back(i % how.classes);
  if (static_cast<i64>(labels.size()) != (how.classes > 0 ? n : 0))
    throw ValueError("[sample] " + std::to_string(labels.size()) + " labels for " + std::to_string(n) +
                     " samples of a generator of " + std::to_string(how.classes) + " classes");
  if constexpr (requires { generator(z, z, pass); }) {
    if (how.classes > 0) return generator(z, one_hot<T>(labels, how.classes).to(z.device()), pass);
    throw ValueError("[sample] this generator takes labels; say of how many classes");
  } else {
    return generator(z, pass);
  }
}
/// The same for a generator that takes only latent vectors.
template <class M>
Tensor<scalar_of<M>> sample(M& generator, i64 n, Latent latent, u64 seed = 1) {
  return sample(generator, n, Sampling{.latent = latent}, seed);
}

/// The grid for n samples: one column per class, or else eight columns; black and white are those of the generator.
inline GridOptions grid_of(const Sampling& how, i64 n) {
  const i64 columns = how.classes > 0 ? how.classes : 8;
  return {.rows = (n + columns - 1) / columns, .columns = columns, .low = how.low, .high = how.high};
}

struct SampleGridOptions {
  Sampling sampling = {};
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
    const i64 n = o.rows * grid_of(o.sampling, 1).columns;
    const auto images = sample(generator, n, o.sampling, o.seed);
    const GridOptions grid = grid_of(o.sampling, n);
    std::string number = std::to_string(trainer.round());
    if (number.size() < 8) number.insert(0, 8 - number.size(), '0');
    save_grid(directory + "/round_" + number + ".png", images, grid);
    save_grid(directory + "/latest.png", images, grid);
  };
}

}  // namespace gan::io
