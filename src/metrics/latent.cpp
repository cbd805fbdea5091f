// Paths between two points of the latent space.
#include "gan/metrics/latent.hpp"

#include <cmath>
#include <numeric>

namespace gan::metrics {
namespace {

/// The weights of p and q, of d numbers each, in the point at fraction t of the path.
template <class T>
std::pair<double, double> shares(const T* p, const T* q, i64 d, double t, LatentPath path) {
  if (path == LatentPath::spherical) {
    const auto dot = [d](const T* u, const T* v) { return std::inner_product(u, u + d, v, 0.0); };
    const double length_p = std::sqrt(dot(p, p)), length_q = std::sqrt(dot(q, q));
    const double cosine = dot(p, q) / (length_p * length_q);  // NaN for zero vectors, which fails the test below
    const double angle = std::acos(std::min(1.0, std::max(-1.0, cosine)));
    if (std::abs(cosine) < 1 && std::sin(angle) > 1e-6) {  // direction along the circle, length along a line
      const double length = (1 - t) * length_p + t * length_q;
      return {length * std::sin((1 - t) * angle) / (std::sin(angle) * length_p),
              length * std::sin(t * angle) / (std::sin(angle) * length_q)};
    }
  }
  return {1 - t, t};
}

}  // namespace

template <class T>
Tensor<T> interpolate(const Tensor<T>& from, const Tensor<T>& to, const std::vector<double>& share, LatentPath path) {
  GAN_CHECK_SHAPE(from.defined() && to.defined() && from.rank() == 2 && from.shape() == to.shape(), "interpolate",
                  "two sets of latents (n, d) are needed", from.shape(), to.shape());
  const i64 n = from.shape(0), d = from.shape(1);
  if (static_cast<i64>(share.size()) != n)
    throw ValueError("[interpolate] " + std::to_string(share.size()) + " shares of " + std::to_string(n) + " pairs");
  const std::vector<T> a = from.to_vector(), b = to.to_vector();
  Tensor<T> y(from.shape());
  T* out = y.mutable_data();
  for (i64 i = 0; i < n; ++i) {
    const T *const p = a.data() + i * d, *const q = b.data() + i * d;
    const auto [of_p, of_q] = shares(p, q, d, share[static_cast<std::size_t>(i)], path);
    for (i64 j = 0; j < d; ++j)
      *out++ = static_cast<T>(of_p * static_cast<double>(p[j]) + of_q * static_cast<double>(q[j]));
  }
  return y.to(from.device());
}

template <class T>
Tensor<T> latent_walk(const Tensor<T>& from, const Tensor<T>& to, i64 steps, LatentPath path) {
  GAN_CHECK_SHAPE(from.rank() == 2 && from.shape() == to.shape(), "latent_walk", "two sets (n, d) are needed",
                  from.shape(), to.shape());
  if (steps < 2) throw ValueError("[latent_walk] " + std::to_string(steps) + " steps; at least 2 are needed");
  std::vector<i64> pair;
  std::vector<double> share;
  for (i64 k = 0; k < from.shape(0) * steps; ++k) {
    pair.push_back(k / steps);
    share.push_back(static_cast<double>(k % steps) / static_cast<double>(steps - 1));
  }
  const NoGrad constant;
  return interpolate(gather(from, pair), gather(to, pair), share, path);
}

#define GAN_LATENT(T)                                                                                         \
  template Tensor<T> interpolate(const Tensor<T>&, const Tensor<T>&, const std::vector<double>&, LatentPath); \
  template Tensor<T> latent_walk(const Tensor<T>&, const Tensor<T>&, i64, LatentPath);
GAN_LATENT(float)
GAN_LATENT(double)

}  // namespace gan::metrics
