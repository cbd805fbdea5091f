// Spectral normalisation (Miyato et al. 2018): a layer whose weight is divided by its largest singular value, so that
// the layer does not enlarge distances.
#pragma once

#include "gan/nn/channel_layout.hpp"
#include "gan/nn/module.hpp"

namespace gan {

struct SpectralNormOptions {
  int iterations = 1;      ///< power iterations in each training pass
  double epsilon = 1e-12;  ///< below which a vector's length counts as this
};

namespace detail {
/// σ = u^T W v (), the estimate of the largest singular value of a weight as a matrix of outputs by all else. It
/// depends on the weight; u and v are constants. With `update` they first take `iterations` steps of power iteration, v
/// = W^T u and u = W v, each divided by its length.
template <class T>
Tensor<T> spectral_norm(const Tensor<T>& weight, int output_axis, Param<T>& u, Param<T>& v,
                        const SpectralNormOptions& o, bool update);
/// Iterates until σ has settled, then divides u by it, so that u^T W v = 1.
template <class T>
void fit_spectral_vectors(const Tensor<T>& weight, int output_axis, Param<T>& u, Param<T>& v, double epsilon);
}  // namespace detail

/// SpectralNorm(Conv2D({…})): a Dense, Conv2D, ConvTranspose2D or Embedding with the weight W / σ, as PyTorch's
/// torch.nn.utils.spectral_norm, whose names its parameters have: weight_orig is W, and the buffers weight_u and
/// weight_v are estimates of W's first singular vectors, which each pass with update_stats brings closer by a step. As
/// a matrix, W has a row for each output: output channel of a convolution, transposed or not, or class of an embedding.
/// The gradient takes u and v as constants, σ = u^T W v as a function of W.
///
/// io::save_folded_weights, and with it models::save, writes W / σ as "weight". A network with SpectralNorm that reads
/// it takes that as W and finds its u and v by iteration; u is then divided by σ, so that an inference pass computes
/// with W / 1, to rounding the values of the file, however far from converged the estimate of σ in the file was.
template <class Layer>
struct SpectralNorm {
  using T = scalar_of<Layer>;
  Layer layer;
  /// Buffers, (outputs) and (all else), changed by const calls as the statistics of BatchNorm are.
  mutable Param<T> u, v;
  SpectralNormOptions options;

  explicit SpectralNorm(Layer inner, SpectralNormOptions o = {})
      : layer(std::move(inner)),
        u(Shape{outputs()}, Param<T>::Kind::buffer, initializer::direction()),
        v(Shape{layer.weight.size() / outputs()}, Param<T>::Kind::buffer, initializer::direction()),
        options(o) {
    // Files have the order of the weight's axes: (I, KH, KW), unless outputs come last, where both orders are the same.
    if (layer.weight.file.filters && Layer::output_axis == 0) v.file.out_channels = layer.weight.shape(3);
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    layer.weight.require_ready("SpectralNorm");
    u.require_ready("SpectralNorm");
    const Tensor<T>& w = layer.weight.tensor();
    const Tensor<T> sigma = detail::spectral_norm(w, Layer::output_axis, u, v, options, p.update_stats);
    return traced("SpectralNorm", layer.with_weight(x, w / sigma, p), p, layer.weight, u, v);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& visitor) {
    if (!visitor.computed("weight",
                          {layer.weight, [this] { return folded(); }, [this](const auto& w) { unfold(w); }})) {
      visitor("weight_orig", layer.weight);
      visitor("weight_u", u);
      visitor("weight_v", v);
    }
    if constexpr (requires { layer.bias; })
      if (layer.bias.defined()) visitor("bias", layer.bias);
  }
  void propagate_layout(ChannelLayout<T>& layout) {
    if constexpr (requires { layer.propagate_layout(layout); }) {
      layer.propagate_layout(layout);
      if (!layer.weight.file.filters) v.file.out_channels = layer.weight.file.in_channels;
      layout.along(u);
    } else {
      layout = {};
    }
  }

 private:
  i64 outputs() const { return layer.weight.shape(Layer::output_axis); }
  Tensor<T> folded() const {
    NoGrad constant;
    const Tensor<T>& w = layer.weight.tensor();
    return w / detail::spectral_norm(w, Layer::output_axis, u, v, options, false);
  }
  void unfold(const Tensor<T>& w) {
    layer.weight.set(w);
    detail::fit_spectral_vectors(layer.weight.tensor(), Layer::output_axis, u, v, options.epsilon);
  }
};

#define GAN_SPECTRAL_NORM(T)                                                                   \
  extern template Tensor<T> detail::spectral_norm(const Tensor<T>&, int, Param<T>&, Param<T>&, \
                                                  const SpectralNormOptions&, bool);           \
  extern template void detail::fit_spectral_vectors(const Tensor<T>&, int, Param<T>&, Param<T>&, double);
GAN_SPECTRAL_NORM(float)
GAN_SPECTRAL_NORM(double)
#undef GAN_SPECTRAL_NORM

}  // namespace gan
