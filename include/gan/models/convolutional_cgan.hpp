// CGAN (Mirza & Osindero 2014) in its convolutional form: the networks of DCGAN, which receive the class beside their
// input.
#pragma once

#include <optional>
#include <span>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

enum class ClassForm {
  planes,    ///< the class as one-hot numbers beside z, and as constant planes, one for each class, beside the image
  embedding  ///< a learnt vector of the class beside z, and a learnt plane of the class beside the image
};
std::span<const char* const> enum_names(ClassForm);

struct ConvolutionalCganOptions {
  i64 classes = 10;
  i64 channels = 1;  ///< of the images
  i64 size = 28;     ///< height and width, as of a DCGAN: 28, 32 or 64
  i64 latent = 100;
  i64 features = 64;  ///< channels of the stage next to the image, doubled in each further one
  ClassForm condition = ClassForm::planes;
  i64 embedding = 50;  ///< numbers in the vector of a class
  double learning_rate = 2e-4, beta1 = 0.5;

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images: 28, 32 or 64", IntRange{28, 64});
    f("latent", latent, "numbers in a latent vector", IntRange{1, 65536});
    f("features", features, "channels of the stage next to the image", IntRange{1, 4096});
    f("condition", condition,
      "planes: the class as one-hot numbers and constant planes; embedding: as a learnt vector and a learnt plane");
    f("embedding", embedding, "numbers in the learnt vector of a class", IntRange{1, 65536});
    f("learning_rate", learning_rate, "of both players' Adam", RealRange{0, 1e38});
    f("beta1", beta1, "of both players' Adam", RealRange{0, 0.999999});
  }
};

/// z (N, latent) and labels (N) → images (N, size, size, channels) in [-1, 1].
template <class T>
struct BasicConvolutionalCganGenerator {
  i64 classes;
  std::optional<BasicEmbedding<T>> of_class;  ///< vectors, with ClassForm::embedding
  BasicSequential<T> layers;

  explicit BasicConvolutionalCganGenerator(const ConvolutionalCganOptions& o);
  /// Of the parts z and labels.
  Tensor<T> operator()(const BasicParts<T>& input, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if (of_class) v("of_class", *of_class);
    v("layers", layers);
  }
};

/// Images (N, size, size, channels) → logits (N, 1).
template <class T>
struct BasicConvolutionalCganDiscriminator {
  i64 classes;
  std::optional<BasicEmbedding<T>> of_class;  ///< planes of size x size numbers, with ClassForm::embedding
  BasicSequential<T> layers;

  explicit BasicConvolutionalCganDiscriminator(const ConvolutionalCganOptions& o);
  /// With the labels of the batch.
  Tensor<T> operator()(const Tensor<T>& x, const BasicParts<T>& batch, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    if (of_class) v("of_class", *of_class);
    v("layers", layers);
  }
};

/// With planes, G has 840,961 and D 148,929 parameters, weights N(0, 0.02). Throws ValueError for options outside the
/// ranges that visit() states, and for a size that DCGAN does not have.
template <class T>
struct BasicConvolutionalCgan {
  using Options = ConvolutionalCganOptions;
  static constexpr const char* name = "convolutional_cgan";
  static constexpr const char* purpose = "CGAN of DCGAN's networks for images with labels (Mirza & Osindero 2014)";
  Options options;
  BasicConvolutionalCganGenerator<T> G;
  BasicConvolutionalCganDiscriminator<T> D;

  explicit BasicConvolutionalCgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "mnist", .epochs = 10}; }
  data::Needs needs() const { return {.x = {options.size, options.size, options.channels}, .labels = true}; }
  InputSpec input() const { return {.latent = options.latent, .classes = options.classes}; }
  /// The vanilla losses, and Adam for both players, as of a DCGAN.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using ConvolutionalCgan = BasicConvolutionalCgan<float>;

extern template struct BasicConvolutionalCganGenerator<float>;
extern template struct BasicConvolutionalCganGenerator<double>;
extern template struct BasicConvolutionalCganDiscriminator<float>;
extern template struct BasicConvolutionalCganDiscriminator<double>;
extern template struct BasicConvolutionalCgan<float>;
extern template struct BasicConvolutionalCgan<double>;

}  // namespace gan::models
