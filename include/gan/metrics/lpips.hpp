// LPIPS: how different two images look (Zhang et al. 2018, "The unreasonable effectiveness of deep features as a
// perceptual metric", section 3), version 0.1 with SqueezeNet.
#pragma once

#include "gan/backbones/squeezenet.hpp"

namespace gan::metrics {

/// The weights of the differences at each level: lin0.model.1.weight to lin6.model.1.weight, each (1, channels, 1, 1)
/// in the authors' file.
template <class T>
struct BasicLpipsWeights {
  std::vector<BasicConv2D<T>> levels;

  BasicLpipsWeights();
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    for (std::size_t i = 0; i < levels.size(); ++i) v("lin" + std::to_string(i) + ".model.1", levels[i]);
  }
};

/// The weights come from two files: io::load_weights(lpips.net, "squeezenet1_1.safetensors") and
/// io::load_weights(lpips.weights, "lpips_squeeze_lin.safetensors").
template <class T>
struct BasicLpips {
  backbones::BasicSqueezeNet<T> net;
  BasicLpipsWeights<T> weights;

  /// The distances of images a and b (N, H, W, 3) in [-1, 1], red first, at least 17 x 17 → (N), 0 for equal images.
  /// Made of ops: gradients flow to both, so it can serve as a loss. Throws ShapeError for different shapes and as
  /// SqueezeNet, ValueError if the weights have not been loaded.
  Tensor<T> operator()(const Tensor<T>& a, const Tensor<T>& b, Pass& p) const;
  Tensor<T> operator()(const Tensor<T>& a, const Tensor<T>& b) const {
    Pass p = Pass::inference();
    return (*this)(a, b, p);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("net", net);
    v("weights", weights);
  }
};
using Lpips = BasicLpips<float>;

extern template struct BasicLpipsWeights<float>;
extern template struct BasicLpipsWeights<double>;
extern template struct BasicLpips<float>;
extern template struct BasicLpips<double>;

}  // namespace gan::metrics
