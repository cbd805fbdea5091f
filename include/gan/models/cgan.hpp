// CGAN (Mirza & Osindero 2014, section 4.1): the first GAN that is told what to draw, as maxout networks for MNIST.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/adversarial.hpp"

namespace gan::models {

struct CganOptions {
  i64 classes = 10;
  bool adam = false;          ///< Adam (0.5, 0.999) for both players; the paper has SGD with momentum
  double learning_rate = 0;   ///< at the start; 0: 0.1 of SGD, 2e-4 of Adam
  static constexpr i64 latent = 100;

  template <class F>
  void visit(F&& f) {
    f("classes", classes, "of the images", IntRange{1, 65536});
    f("adam", adam, "Adam for both players instead of the paper's SGD");
    f("learning_rate", learning_rate, "at the start; 0: 0.1 of SGD, 2e-4 of Adam", RealRange{0, 1e38});
  }
};

/// z (N, 100) and one-hot classes (N, classes) → images (N, 28, 28, 1) in [0, 1]. The paper draws z from U(0, 1): z in
/// [-1, 1) is scaled to that. 200 and 1,000 ReLU units, a joint layer of 1,200, 784 sigmoid units, dropout of 0.5.
template <class T>
struct BasicCganGenerator {
  BasicDense<T> of_z, of_class, joint, out;

  explicit BasicCganGenerator(i64 classes);
  Tensor<T> operator()(const Tensor<T>& z, const Tensor<T>& classes, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("of_z", of_z);
    v("of_class", of_class);
    v("joint", joint);
    v("out", out);
  }
};

/// Images (N, 28, 28, 1) and one-hot classes (N, classes) → logits (N, 1). Maxout layers of 240 units of 5 pieces and
/// of 50 units of 5 pieces, joined by one of 240 units of 4 pieces, dropout of 0.5.
template <class T>
struct BasicCganDiscriminator {
  BasicDense<T> of_image, of_class, joint, out;

  explicit BasicCganDiscriminator(i64 classes);
  Tensor<T> operator()(const Tensor<T>& x, const Tensor<T>& classes, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("of_image", of_image);
    v("of_class", of_class);
    v("joint", joint);
    v("out", out);
  }
};

/// With ten classes G has 2,413,984 and D 1,224,351 parameters. Throws ValueError for options out of range.
template <class T>
struct BasicCgan {
  using Options = CganOptions;
  static constexpr const char* name = "cgan";
  static constexpr const char* purpose = "CGAN of maxout units for 28 x 28 images with labels (Mirza & Osindero 2014)";
  Options options;
  BasicCganGenerator<T> G;
  BasicCganDiscriminator<T> D;

  explicit BasicCgan(Options o = {});
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
  static Recipe recipe() { return {.data = "mnist", .epochs = 50, .batch_size = 100, .ema = 0}; }
  data::Needs needs() const { return {.x = {28, 28, 1}, .labels = true, .low = 0}; }
  InputSpec input() const {
    return {.latent = {CganOptions::latent, Prior::uniform}, .classes = options.classes, .low = 0};
  }
  /// SGD of batches of 100: the learning rate is divided by 1.00004 in every update, down to 1e-6, and the momentum
  /// rises from 0.5 to 0.7 in the first 250 epochs of 500 updates.
  BasicGame<T> game();
  BasicAbilities<T> abilities() { return {ability("sample", input(), G)}; }
};
using Cgan = BasicCgan<float>;

extern template struct BasicCgan<float>;
extern template struct BasicCgan<double>;

}  // namespace gan::models
