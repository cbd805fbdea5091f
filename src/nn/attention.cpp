// See nn/attention.hpp.
#include "gan/nn/attention.hpp"

#include "gan/ops/activation.hpp"
#include "gan/ops/linear.hpp"
#include "gan/ops/pool.hpp"

namespace gan {
namespace {

SelfAttentionOptions completed(SelfAttentionOptions o) {
  if (o.key == 0) o.key = o.channels / 8;
  if (o.value == 0) o.value = o.channels / 2;
  if (o.channels < 1 || o.key < 1 || o.value < 1)
    throw ValueError("[SelfAttention] channels, key and value must be at least 1: " + std::to_string(o.channels) +
                     ", " + std::to_string(o.key) + ", " + std::to_string(o.value));
  return o;
}

template <class Conv>
Conv pointwise(i64 in, i64 out, const SelfAttentionOptions& o) {
  return Conv(
      BasicConv2D<scalar_of<Conv>>({.in = in, .out = out, .kernel = 1, .bias = false, .initializer = o.initializer}));
}

/// Images as rows of pixels: (N, H, W, C) → (N, H W, C).
template <class T>
Tensor<T> pixels(const Tensor<T>& x) {
  return reshape(x, Shape{x.shape(0), x.shape(1) * x.shape(2), x.shape(3)});
}

}  // namespace

template <class Conv>
SelfAttention<Conv>::SelfAttention(SelfAttentionOptions options)
    : theta(pointwise<Conv>(options.channels, completed(options).key, options)),
      phi(pointwise<Conv>(options.channels, completed(options).key, options)),
      g(pointwise<Conv>(options.channels, completed(options).value, options)),
      o(pointwise<Conv>(completed(options).value, options.channels, options)),
      gamma(Shape{}, Param<T>::Kind::weight, initializer::constant(0)),
      pool(options.pool) {}

template <class Conv>
Tensor<typename SelfAttention<Conv>::T> SelfAttention<Conv>::operator()(const Tensor<T>& x, Pass& p) const {
  GAN_CHECK_SHAPE(x.rank() == 4, "SelfAttention", "images (N, H, W, C) are needed", x.shape());
  const auto context = [this](const Tensor<T>& y) { return pixels(pool ? max_pool2d(y) : y); };
  const Tensor<T> queries = pixels(theta(x, p)), keys = context(phi(x, p)), values = context(g(x, p));
  const Tensor<T> weights = softmax(matmul(queries, keys, {false, true}));  // (N, pixels, windows)
  const Tensor<T> y = reshape(matmul(weights, values), x.shape().with(3, values.shape(2)));
  return traced("SelfAttention", x + gamma.tensor() * o(y, p), p, gamma);
}

#define GAN_ATTENTION(T)                         \
  template struct SelfAttention<BasicConv2D<T>>; \
  template struct SelfAttention<SpectralNorm<BasicConv2D<T>>>;
GAN_ATTENTION(float)
GAN_ATTENTION(double)
#undef GAN_ATTENTION

}  // namespace gan
