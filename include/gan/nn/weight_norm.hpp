// Weight normalisation (Salimans & Kingma 2016): a layer whose weight vectors have a direction and a learnt length.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan {

namespace detail {
/// `shape` with all extents but that of one axis set to 1.
Shape only_axis(const Shape& shape, int axis);
/// v / |v|, the norm being that of each entry of an axis.
template <class T>
Tensor<T> directions(const Tensor<T>& v, int axis);
/// Sets gain and bias so that the outputs t (…, outputs) of a layer with gain 1 and bias 0 get mean 0 and variance 1
/// for each output, over the batch and all pixels. An undefined bias stays 0.
template <class T>
void normalize_outputs(const Tensor<T>& t, const Tensor<T>& gain, const Tensor<T>& bias);
}  // namespace detail

struct WeightNormOptions {
  bool train_gain = true;  ///< false: g is a buffer, which only init_from_data sets
};

/// WeightNorm(Dense(8, 4)): a Dense, Conv2D, ConvTranspose2D or Embedding with the weight g v / |v|, the norm being
/// that of each output channel (or class). Its parameters have the names of torch.nn.utils.weight_norm: weight_g, which
/// starts at 1, and weight_v, which starts as the layer's weight would; for a transposed convolution they are those of
/// PyTorch with dim=1. init_from_data sets g and the bias from a batch. io::save_folded_weights writes the product as
/// "weight"; a network with WeightNorm that reads it takes its norms as g and itself as v.
template <class Layer>
struct WeightNorm {
  using T = scalar_of<Layer>;
  Layer layer;  ///< its weight is v
  Param<T> g;   ///< of the weight's shape, with extents of 1 but along the outputs

  explicit WeightNorm(Layer inner, WeightNormOptions o = {})
      : layer(std::move(inner)),
        // Kind::bias: an initializer that is given to init for all weights is not for lengths.
        g(detail::only_axis(layer.weight.shape(), Layer::output_axis),
          o.train_gain ? Param<T>::Kind::bias : Param<T>::Kind::buffer, initializer::constant(1)) {
    g.file.filters = layer.weight.file.filters;
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    layer.weight.require_ready("WeightNorm");
    if constexpr (requires { layer.bias; })
      if (p.init_from_data) fit(x);
    return traced("WeightNorm", layer.with_weight(x, weight(), p), p, layer.weight, g);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& visitor) {
    if (!visitor.computed("weight",
                          {layer.weight, [this] { return folded(); }, [this](const auto& w) { unfold(w); }})) {
      visitor("weight_g", g);
      visitor("weight_v", layer.weight);
    }
    if constexpr (requires { layer.bias; })
      if (layer.bias.defined()) visitor("bias", layer.bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    if constexpr (requires { layer.propagate_layout(layout); }) {
      layer.propagate_layout(layout);
      layout.along(g);
    } else {
      layout = {};
    }
  }

 private:
  Tensor<T> weight() const { return g.tensor() * detail::directions(layer.weight.tensor(), Layer::output_axis); }
  Tensor<T> folded() const {
    NoGrad constant;
    return weight();
  }
  void unfold(const Tensor<T>& w) {
    NoGrad constant;
    layer.weight.set(w);
    g.set(sqrt(sum_to(square(layer.weight.tensor()), g.shape())));
  }
  void fit(const Tensor<T>& x) const {
    NoGrad constant;
    Pass pass = Pass::inference();
    Layer linear = layer;
    linear.activation = {};
    const Tensor<T> w = detail::directions(layer.weight.tensor(), Layer::output_axis);
    detail::normalize_outputs(linear.with_weight(x, w, {}, pass), g.tensor(), layer.bias.tensor());
  }
};

/// Runs a network once, as net(inputs…, pass), so that each of its WeightNorm layers, in the order of their calls, gets
/// the gain and bias with which its outputs for this batch have mean 0 and variance 1 before their activation
/// (Salimans & Kingma 2016, section 3). Nothing else changes; an embedding keeps its gains. A channel that is the same
/// everywhere gets a finite gain.
template <class M, class... Inputs>
void init_from_data(const M& net, const Inputs&... inputs) {
  NoGrad constant;
  Pass pass = Pass::training();
  pass.update_stats = pass.dropout = false;
  pass.init_from_data = true;
  net(inputs..., pass);
}

#define GAN_WEIGHT_NORM(T)                                             \
  extern template Tensor<T> detail::directions(const Tensor<T>&, int); \
  extern template void detail::normalize_outputs(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&);
GAN_WEIGHT_NORM(float)
GAN_WEIGHT_NORM(double)
#undef GAN_WEIGHT_NORM

}  // namespace gan
