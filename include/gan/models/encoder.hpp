// Encoders, which turn images into codes, beside generators, which do the opposite.
#pragma once

#include <optional>

#include "gan/models/ability.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/tensor/parts.hpp"

namespace gan::models {

struct EncoderOptions {
  i64 features;             ///< of the body
  i64 latent;               ///< numbers in a code
  bool drawn = true;        ///< from a Gaussian that depends on the image, as in variational autoencoders
  bool bounded = false;     ///< codes in (-1, 1): tanh(x / 2) of the last layer
  DenseOptions dense = {};  ///< of the last layers
};

/// x (N, …) → features (N, F), by `body` → a code (N, K). If codes are drawn, from N(mean, exp(log_variance)): mean +
/// epsilon exp(log_variance / 2), differentiable in mean and log_variance (Kingma & Welling 2014, section 2.4).
template <class T>
struct BasicEncoder {
  BasicSequential<T> body;
  BasicDense<T> mean;
  std::optional<BasicDense<T>> log_variance;  ///< if codes are drawn
  bool bounded;

  BasicEncoder(BasicSequential<T> net, EncoderOptions o)
      : body(std::move(net)), mean(o.features, o.latent, o.dense), bounded(o.bounded) {
    if (o.drawn) log_variance.emplace(o.features, o.latent, o.dense);
  }
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  /// The parts "z", the code (N, K), or its mean if codes are drawn, and "features" (N, F): nothing is drawn.
  BasicParts<T> encode(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("body", body);
    v("mean", mean);
    if (log_variance) v("log_variance", *log_variance);
  }

 private:
  Tensor<T> code(const Tensor<T>& last) const { return bounded ? tanh(0.5 * last) : last; }
};
using Encoder = BasicEncoder<float>;

/// The abilities of a generator with an encoder, which must both keep their addresses: sample; reconstruct: x → G of
/// the code of x, without noise; encode: x → the parts of BasicEncoder::encode. Images x have the shape `x` and the
/// values of `of_sample`.
template <class T, class Generator>
BasicAbilities<T> encoder_abilities(Generator& G, const BasicEncoder<T>& E, const InputSpec& of_sample,
                                    const Shape& x) {
  const InputSpec of_image{.x = x, .low = of_sample.low, .high = of_sample.high};
  return {ability("sample", of_sample, G),
          {"reconstruct", of_image,
           [&G, &E](const BasicParts<T>& in, Pass& p) {
             return BasicParts<T>{{"x", G(E.encode(in["x"], p)["z"], p)}};
           }},
          {"encode", of_image, [&E](const BasicParts<T>& in, Pass& p) { return E.encode(in["x"], p); }}};
}

extern template struct BasicEncoder<float>;
extern template struct BasicEncoder<double>;

}  // namespace gan::models
