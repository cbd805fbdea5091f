// See app/training.hpp.
#include "gan/app/training.hpp"

#include "gan/core/parallel.hpp"
#include "gan/data/locate.hpp"

namespace gan::app {

void TrainingFlags::add_to(Options& options) {
  options.add("--data NAME|DIR", data, "fashion-mnist, mnist, shapes, or a folder with MNIST's files")
      .add("--out DIR", out, "folder for samples, metrics.csv and generator.safetensors")
      .add("--seed N", seed, "of initial weights, data order and noise")
      .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024})
      .add("--epochs N", epochs, "passes over the data", {.min = 1})
      .add("--steps N", steps, "rounds to play instead of epochs; 0: by epochs", {.min = 0})
      .add("--batch-size N", batch_size, "images in a batch", {.min = 2, .max = 65536})
      .add("--ema R", ema, "share that the averaged generator, which is sampled and saved, keeps in a round",
           {.min = 0, .max = 0.999999});
}

data::Dataset TrainingFlags::load(i64 channels) const {
  if (threads > 0) set_threads(threads);
  const data::Dataset images = data::load(data).scale(-1, 1);
  if (images.height() != 28 || images.width() != 28 || images.channels() != channels)
    throw DataError("[data] " + data + " has images of shape " + to_string(images.shape().tail()) + "; this net takes " +
                    to_string(Shape{28, 28, channels}));
  return images;
}

}  // namespace gan::app
