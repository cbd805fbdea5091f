// SqueezeNet 1.1 (Iandola et al. 2016) as in torchvision, to extract features of colour images. Its weights come from a
// file with torchvision's names and layouts: io::load_weights(net, "squeezenet1_1.safetensors").
#pragma once

#include <array>
#include <vector>

#include "gan/nn/conv.hpp"

namespace gan::backbones {

/// x (N, H, W, in) → (N, H, W, 2 expand): 1 x 1 filters that squeeze, then 1 x 1 and 3 x 3 filters in parallel.
template <class T>
struct BasicFire {
  BasicConv2D<T> squeeze, expand1x1, expand3x3;

  BasicFire(i64 in, i64 squeezed, i64 expand);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("squeeze", squeeze);
    v("expand1x1", expand1x1);
    v("expand3x3", expand3x3);
  }
};

/// Takes images (N, H, W, 3) in [-1, 1], red first, at least 17 x 17; normalises them with ImageNet's means and
/// deviations.
template <class T>
struct BasicSqueezeNet {
  BasicConv2D<T> first;               ///< features.0
  std::array<BasicFire<T>, 8> fires;  ///< features.3, 4, 6, 7, 9, 10, 11, 12
  BasicConv2D<T> classifier;          ///< classifier.1

  BasicSqueezeNet();
  /// The feature maps that LPIPS compares: after the first convolution, and after features.4, 7, 9, 10, 11 and 12;
  /// channels 64, 128, 256, 384, 384, 512, 512. Throws ShapeError for other or smaller images.
  std::vector<Tensor<T>> levels(const Tensor<T>& images, Pass& p) const;
  /// (N, 512): the last level, averaged over its pixels. For metrics::features. Throws as levels.
  Tensor<T> operator()(const Tensor<T>& images, Pass& p) const;
  /// (N, 1000): logits of ImageNet's classes, in inference mode, without the dropout of training. Throws as levels.
  Tensor<T> logits(const Tensor<T>& images, Pass& p) const;

  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    constexpr const char* names[] = {"features.3", "features.4",  "features.6",  "features.7",
                                     "features.9", "features.10", "features.11", "features.12"};
    v("features.0", first);
    for (std::size_t i = 0; i < fires.size(); ++i) v(names[i], fires[i]);
    v("classifier.1", classifier);
  }
};
using SqueezeNet = BasicSqueezeNet<float>;

extern template struct BasicFire<float>;
extern template struct BasicFire<double>;
extern template struct BasicSqueezeNet<float>;
extern template struct BasicSqueezeNet<double>;

}  // namespace gan::backbones
