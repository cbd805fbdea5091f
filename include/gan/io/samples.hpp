// Looking at a generator: samples from a fixed latent, as a tensor or as a grid of images.
#pragma once

#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/random.hpp"

namespace gan::io {

/// n samples (n, …) of a generator of latent vectors z ~ N(0, 1) (n, latent), with running statistics and no dropout. The
/// same seed gives the same z.
template <class M>
Tensor<scalar_of<M>> sample(M& generator, i64 n, i64 latent, u64 seed = 1) {
  NoRecord constant;
  Rng rng{seed, name_stream("sample"), 0};
  Pass pass = Pass::inference(Rng{seed, name_stream("sample pass"), 0});
  return generator(randn<scalar_of<M>>(Shape{n, latent}, rng), pass);
}

struct SampleGridOptions {
  i64 latent = 100;
  i64 rows = 8, columns = 8;
  u64 seed = 1;
};

/// A hook: writes samples of `generator`, always from the same z, as <directory>/round_<number>.png, and the newest as
/// <directory>/latest.png; makes the directory at once. The generator must outlive the trainer's run.
template <class M>
auto sample_grid(M& generator, std::string directory, SampleGridOptions o = {}) {
  make_directory(directory);
  return [&generator, directory, o](auto& trainer) {
    const auto images = sample(generator, o.rows * o.columns, o.latent, o.seed);
    const GridOptions grid{.rows = o.rows, .columns = o.columns};
    std::string number = std::to_string(trainer.round());
    if (number.size() < 8) number.insert(0, 8 - number.size(), '0');
    save_grid(directory + "/round_" + number + ".png", images, grid);
    save_grid(directory + "/latest.png", images, grid);
  };
}

}  // namespace gan::io
