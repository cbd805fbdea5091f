// A trained generator out of a file: its architecture is what the file says, not code of the caller's.
#pragma once

#include "gan/nn/latent.hpp"

namespace gan {

namespace models {
class Generator;
}

/// Reads the generator out of a file that a training program wrote: generator.safetensors, or a checkpoint, of which it
/// takes the averaged weights where there are any. Or out of a run's folder: generator.safetensors there, or else
/// checkpoints/latest.safetensors. Throws IoError where there is no such file; FormatError naming the file where it
/// says no model or none of the library's, or where options or weights do not fit the model; DeviceError.
models::Generator load_generator(const std::string& path, Device device = Device::cpu());

namespace models {

namespace detail {
/// What a network on a device makes of a seed, or of latents.
struct Drawing {
  std::function<Tensor<float>(i64 n, u64 seed, const std::vector<i64>& labels)> sample;
  std::function<Tensor<float>(const Tensor<float>& latents, const std::vector<i64>& labels)> images;
};
}  // namespace detail

/// A generator to draw images from. It holds its network: the file that it is from is not needed any more. Copies share
/// the weights, which nothing changes: any number of threads may call one, or copies of it, at once. Images that
/// it has made outlive it.
class Generator {
 public:
  /// n images (n, H, W, C), black at sampling().low and white at sampling().high, on the generator's device: those that
  /// io::sample makes of the network, so that the seed of a training gives the images of its grids. A model with
  /// classes gets the classes 0, 1, … in turn. Where sampling().batch_statistics is set, an image depends on all n.
  /// Throws ValueError for n < 1.
  Tensor<float> sample(i64 n, u64 seed = 1) const { return sample(n, seed, {}); }
  /// n images of the classes in `labels`, n numbers in [0, sampling().classes). Throws ValueError for any others, and
  /// for labels where the model has no classes.
  Tensor<float> sample(i64 n, u64 seed, const std::vector<i64>& labels) const;

  /// The images (n, H, W, C) of latents (n, sampling().latent.size) on the CPU; a model with classes takes them as
  /// sample does. Throws ShapeError for other latents, ValueError for other labels.
  Tensor<float> images(const Tensor<float>& latents, std::vector<i64> labels = {}) const;

  /// Whether the model's game shows its discriminator other images than those of the data set, and those: `images` (n, H, W, C)
  /// in the range of sampling() as the discriminator sees them, which samples are to be compared with.
  bool preprocesses() const { return static_cast<bool>(preprocess_); }
  Tensor<float> preprocess(const Tensor<float>& images) const { return preprocess_ ? preprocess_(images) : images; }

  /// The same network before any training, its weights drawn anew from `seed`: what metrics compare trained ones with.
  Generator untrained(u64 seed = 1) const;

  /// The model's name, as "dcgan".
  const std::string& model() const { return model_; }
  /// All options of the model, "name = value" to a line, as write_fields writes them.
  const std::string& options() const { return options_; }
  /// What is drawn, and what numbers are black and white.
  const Sampling& sampling() const { return sampling_; }
  /// (H, W, C).
  Shape image_shape() const { return image_; }

 private:
  friend Generator gan::load_generator(const std::string& path, Device device);
  Generator() = default;

  std::string model_, options_;
  Sampling sampling_;
  Shape image_;
  detail::Drawing draw_;
  std::function<Tensor<float>(const Tensor<float>&)> preprocess_;  // none: images as they are
  std::function<detail::Drawing(u64 seed)> redraw_;  // that of an untrained network
};

}  // namespace models
}  // namespace gan
