// A trained generator, loaded from a file that also describes its architecture.
#pragma once

#include "gan/nn/latent.hpp"

namespace gan {

namespace models {
class Generator;
}

/// Loads the generator from a file written by a training program: generator.safetensors, or a checkpoint, of which it
/// uses the averaged weights if there are any. Given the folder of a run, it reads generator.safetensors there, or else
/// checkpoints/latest.safetensors. Throws IoError when there is no such file; FormatError naming the file when it names
/// no model, or none of the library's, or when options or weights do not fit the model; DeviceError.
models::Generator load_generator(const std::string& path, Device device = Device::cpu());

namespace models {

namespace detail {
/// What a network on a device draws from a seed, or from latent vectors.
struct Drawing {
  std::function<Tensor<float>(i64 n, u64 seed, const std::vector<i64>& labels)> sample;
  std::function<Tensor<float>(const Tensor<float>& latents, const std::vector<i64>& labels)> images;
};
}  // namespace detail

/// A generator to draw images from. It owns its network, so that the file is no longer needed. Copies share the
/// weights, which never change: any number of threads may call a generator, or copies of it, at once. Its images may
/// outlive it.
class Generator {
 public:
  /// n images (n, H, W, C), black at sampling().low and white at sampling().high, on the generator's device. They are
  /// those that io::sample draws, so that the seed of a training run reproduces the images of its grids. A model with
  /// classes gets the classes 0, 1, … in turn. If sampling().batch_statistics is set, each image depends on all n.
  /// Throws ValueError for n < 1.
  Tensor<float> sample(i64 n, u64 seed = 1) const { return sample(n, seed, {}); }
  /// n images of the classes in `labels`, n numbers in [0, sampling().classes). Throws ValueError for any other labels,
  /// and for labels when the model has no classes.
  Tensor<float> sample(i64 n, u64 seed, const std::vector<i64>& labels) const;

  /// The images (n, H, W, C) for latent vectors (n, sampling().latent.size) on the CPU; a model with classes uses
  /// labels as sample does. Throws ShapeError for other latents, ValueError for other labels.
  Tensor<float> images(const Tensor<float>& latents, std::vector<i64> labels = {}) const;

  /// Whether the model's game preprocesses the images of the dataset for its discriminator; and `images` (n, H, W, C),
  /// in the range of sampling(), after that preprocessing, which is what samples should be compared with.
  bool preprocesses() const { return static_cast<bool>(preprocess_); }
  Tensor<float> preprocess(const Tensor<float>& images) const { return preprocess_ ? preprocess_(images) : images; }

  /// The same network before any training, with weights drawn from `seed`: a baseline for metrics.
  Generator untrained(u64 seed = 1) const;

  /// The name of the model, such as "dcgan".
  const std::string& model() const { return model_; }
  /// All options of the model, one "name = value" per line, as written by write_fields.
  const std::string& options() const { return options_; }
  /// How samples are drawn, and the values of black and white.
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
  std::function<Tensor<float>(const Tensor<float>&)> preprocess_;  // empty: none
  std::function<detail::Drawing(u64 seed)> redraw_;  // of an untrained network
};

}  // namespace models
}  // namespace gan
