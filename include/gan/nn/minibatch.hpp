// Layers of a discriminator that look at a whole batch, so that a generator that makes always the same is seen.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"

namespace gan {

struct MinibatchDiscriminationOptions {
  i64 in = 0;          ///< A, features of an example; must be given
  i64 features = 100;  ///< B, features of closeness that are appended
  i64 kernel = 5;      ///< C, numbers that each of them compares
  Initializer initializer = {Initializer::Kind::normal, 0, 1, Initializer::Scale::fan_in};
  double bias = -1;  ///< where the bias starts
};

/// Minibatch discrimination (Salimans et al. 2016, section 3.2): f (N, in) → (N, in + features), f with the closeness
/// to the other examples of the batch appended: o_b(i) = bias_b + Σ_{j ≠ i} exp(-|M_ib - M_jb|_1), where M_ib, of
/// `kernel` numbers, is row b of f_i T. The example itself is excluded, as in the authors' program; the paper's sum has
/// it. All rows are compared, so that real and fake examples are to be passed apart. Time and memory grow as N²
/// features kernel: N = 64 needs 8 MB for each tensor of differences, N = 256 with the paper's 300 × 50 for ImageNet 4
/// GB.
template <class T>
struct BasicMinibatchDiscrimination {
  Param<T> projection;  ///< "T", (in, features, kernel)
  Param<T> bias;        ///< (features)

  explicit BasicMinibatchDiscrimination(const MinibatchDiscriminationOptions& o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("T", projection);
    v("bias", bias);
  }
  /// Features that are appended to those of a flattened image have no order of their own in files.
  void propagate_layout(ChannelLayout<T>& layout) {
    projection.file.out_channels = layout.flattened;  // its first axis lies along the incoming features
    layout = {};
  }
};
using MinibatchDiscrimination = BasicMinibatchDiscrimination<float>;

/// The standard deviation over a batch (Karras et al. 2018, section 3): x (N, H, W, C) → (N, H, W, C + 1). The batch is
/// divided into N / group groups, example i being in group i mod (N / group); the standard deviation of each value over
/// a group, averaged over all values, is appended as a constant plane to the images of the group. Throws ShapeError for
/// other x, and for N that is no multiple of the group unless N is smaller, when the whole batch is one.
struct MinibatchStdDev {
  i64 group = 4;
  double epsilon = 1e-8;  ///< added to the variance
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class T>
  void propagate_layout(ChannelLayout<T>& layout) const {
    if (layout.channels > 0)
      layout.image(layout.channels + 1);
    else
      layout = {};
  }
};

#define GAN_MINIBATCH(T)                                  \
  extern template struct BasicMinibatchDiscrimination<T>; \
  extern template Tensor<T> MinibatchStdDev::operator()(const Tensor<T>&, Pass&) const;
GAN_MINIBATCH(float)
GAN_MINIBATCH(double)
#undef GAN_MINIBATCH

}  // namespace gan
