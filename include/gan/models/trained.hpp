// A trained system, loaded from a file that also describes its architecture.
#pragma once

#include "gan/io/safetensors.hpp"
#include "gan/models/system.hpp"

namespace gan {

namespace models {
class Trained;
}

/// Loads a trained system from a file written by a training program: generator.safetensors, or a checkpoint, of which
/// it uses the averaged weights if there are any. Given the folder of a run, it reads generator.safetensors there, or
/// else checkpoints/latest.safetensors. Throws IoError when there is no such file; FormatError naming the file when it
/// names no system, or none in the list of systems(), or when options or weights do not fit; DeviceError.
models::Trained load(const std::string& path, Device device = Device::cpu());
/// The same for a system that can draw samples. Throws FormatError, which says what it can do, for any other.
models::Trained load_generator(const std::string& path, Device device = Device::cpu());

namespace models {

/// A system to use: it samples, translates, completes. It owns its networks, so that the file is no longer needed.
/// Copies share the weights, which never change: any number of threads may call it, or copies of it, at once. Results
/// may outlive it.
class Trained {
 public:
  /// The names of what it can do: "sample", "translate", …
  std::vector<std::string> abilities() const;
  bool can(const std::string& ability) const { return find(ability) != nullptr; }
  /// The parts that an ability takes. Throws ValueError, which lists the abilities, when it has no such ability.
  const InputSpec& input(const std::string& ability) const { return need(ability).input; }
  /// Applies an ability to n examples: parts on the CPU; z and codes that are not given are drawn from `seed`. The
  /// result is on the system's device. If input(ability).batch_statistics is set, each result depends on all n. Throws
  /// ValueError for an unknown ability and for parts that are missing.
  Parts apply(const std::string& ability, const Parts& input, u64 seed = 1) const;

  /// n images (n, H, W, C), black at input().low and white at input().high, on the system's device: the ability
  /// "sample". They are those that io::sample draws, so that the seed of a training run reproduces the images of its
  /// grids. A system with classes gets the classes 0, 1, … in turn. Throws ValueError for n < 1.
  Tensor<float> sample(i64 n, u64 seed = 1) const { return sample(n, seed, {}); }
  /// n images of the classes in `labels`, n numbers in [0, input().classes). Throws ValueError for any other labels,
  /// and for labels when the system has no classes.
  Tensor<float> sample(i64 n, u64 seed, const std::vector<i64>& labels) const;
  /// The images (n, H, W, C) for latent vectors (n, input().latent.size) on the CPU; a system with classes uses labels
  /// as sample does. Throws ShapeError for other latents, ValueError for other labels.
  Tensor<float> images(const Tensor<float>& latents, std::vector<i64> labels = {}) const;

  /// Whether the system's game preprocesses the images of the data for its discriminator; and `images` (n, H, W, C), in
  /// the range of input(), after that preprocessing, which is what samples should be compared with.
  bool preprocesses() const { return static_cast<bool>(preprocess_); }
  Tensor<float> preprocess(const Tensor<float>& images) const { return preprocess_ ? preprocess_(images) : images; }

  /// Whether it learns from the labels of the data. Otherwise classes in its input are groups of its own, numbered at
  /// will.
  bool learns_labels() const { return system_->needs().labels; }

  /// The same system before any training, with weights drawn from `seed`: a baseline for metrics.
  Trained untrained(u64 seed = 1) const;

  /// The name of the system, such as "dcgan".
  const std::string& model() const { return model_; }
  /// All options of the system, one "name = value" per line, as written by write_fields.
  const std::string& options() const { return options_; }
  /// What "sample" takes, or else the first ability, and the values of black and white.
  const InputSpec& input() const;
  /// (H, W, C) of a sample. Throws ValueError when the system cannot draw samples.
  Shape image_shape() const;

 private:
  friend Trained gan::load(const std::string& path, Device device);
  Trained() = default;
  const Ability* find(const std::string& ability) const;
  const Ability& need(const std::string& ability) const;
  void take(std::unique_ptr<AnySystem> system, Device device);
  Parts run(const Ability& ability, Parts input, u64 seed) const;

  std::string model_, options_;
  Device device_;
  std::shared_ptr<AnySystem> system_;
  Abilities abilities_;
  std::function<Tensor<float>(const Tensor<float>&)> preprocess_;  // empty: none
};

/// The metadata of a file with weights of a system: its name, its options, and what its abilities take.
io::Metadata metadata_of(AnySystem& system);
/// Saves the generators of a system, for load().
void save(AnySystem& system, const std::string& path);

}  // namespace models
}  // namespace gan
