// The equalised learning rate (Karras et al. 2018, section 4.1): weights that start at N(0, 1) and are scaled in every
// call, so that an optimizer that adapts to the size of gradients changes all layers at the same relative speed.
#pragma once

#include <cmath>

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/arithmetic.hpp"

namespace gan {

struct EqualizedOptions {
  double gain = std::sqrt(2.0);  ///< He's, for layers before a rectifier; 1 for others
  double lr_multiplier = 1;      ///< of weight and bias: 0.01 in StyleGAN's mapping network (Karras et al. 2019)
};

/// Equalized(Conv2D({…})): a Dense, Conv2D or ConvTranspose2D with the weight m gain / sqrt(fan_in) w and the bias m b,
/// m being the multiplier. w, named weight_orig, starts at N(0, 1) / m whatever the layer's initializer is; an
/// initializer given to init(net, seed, initializer) would replace that. io::save_folded_weights writes both products,
/// as "weight" and "bias"; a network with Equalized that reads them divides them again.
template <class Layer>
struct Equalized {
  using T = scalar_of<Layer>;
  Layer layer;
  double weight_scale, bias_scale;

  /// Throws ValueError unless gain and multiplier are positive.
  explicit Equalized(Layer inner, EqualizedOptions o = {})
      : layer(std::move(inner)),
        weight_scale(o.lr_multiplier * o.gain / std::sqrt(layer.weight.fan_in)),
        bias_scale(o.lr_multiplier) {
    if (!(o.gain > 0 && o.lr_multiplier > 0))
      throw ValueError("[Equalized] gain and lr_multiplier must be positive: " + std::to_string(o.gain) + ", " +
                       std::to_string(o.lr_multiplier));
    layer.weight.initializer = initializer::normal(1 / o.lr_multiplier);
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    layer.weight.require_ready("Equalized");
    const Tensor<T> w = layer.weight.tensor() * weight_scale;
    const Tensor<T> y = bias_scale == 1 || !layer.bias.defined()
                            ? layer.with_weight(x, w, p)
                            : layer.with_weight(x, w, layer.bias.tensor() * bias_scale, p);
    return traced("Equalized", y, p, layer.weight, layer.bias);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& visitor) {
    const bool folded = visitor.computed("weight", scaled(layer.weight, weight_scale));
    if (!folded) visitor("weight_orig", layer.weight);
    if (layer.bias.defined() && !(folded && visitor.computed("bias", scaled(layer.bias, bias_scale))))
      visitor("bias", layer.bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) { layer.propagate_layout(layout); }

 private:
  static ComputedWeight<T> scaled(Param<T>& p, double scale) {
    return {p, [&p, scale] { return affine(detach(p.tensor()), scale, 0); },
            [&p, scale](const Tensor<T>& w) { p.set(affine(w, 1 / scale, 0)); }};
  }
};

}  // namespace gan
