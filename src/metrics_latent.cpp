// Walks in the latent space.
#include "gan/metrics/latent.hpp"

#include <cmath>
#include <numeric>

namespace gan::metrics {

template <class T>
Tensor<T> latent_walk(const Tensor<T>& from, const Tensor<T>& to, i64 steps, Path path) {
  GAN_CHECK_SHAPE(from.rank() == 2 && from.shape() == to.shape(), "latent_walk", "two sets (n, d) are needed",
                  from.shape(), to.shape());
  if (steps < 2) throw ValueError("[latent_walk] " + std::to_string(steps) + " steps; at least 2 are needed");
  const i64 n = from.shape(0), d = from.shape(1);
  const std::vector<T> a = from.to_vector(), b = to.to_vector();
  Tensor<T> y(Shape{n * steps, d});
  T* out = y.mutable_data();
  for (i64 i = 0; i < n; ++i) {
    const T *const p = a.data() + i * d, *const q = b.data() + i * d;
    const auto dot = [d](const T* u, const T* v) { return std::inner_product(u, u + d, v, 0.0); };
    const double length_p = std::sqrt(dot(p, p)), length_q = std::sqrt(dot(q, q));
    const double cosine = dot(p, q) / (length_p * length_q);  // NaN of zero vectors
    const double angle = std::acos(std::min(1.0, std::max(-1.0, cosine)));
    const bool turns = path == Path::spherical && std::abs(cosine) < 1 && std::sin(angle) > 1e-6;
    for (i64 k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / static_cast<double>(steps - 1);
      double share_p = 1 - t, share_q = t;
      if (turns) {  // directions along the circle, lengths along a line
        const double length = (1 - t) * length_p + t * length_q;
        share_p = length * std::sin((1 - t) * angle) / (std::sin(angle) * length_p);
        share_q = length * std::sin(t * angle) / (std::sin(angle) * length_q);
      }
      for (i64 j = 0; j < d; ++j)
        *out++ = static_cast<T>(share_p * static_cast<double>(p[j]) + share_q * static_cast<double>(q[j]));
    }
  }
  return y.to(from.device());
}

template Tensor<float> latent_walk(const Tensor<float>&, const Tensor<float>&, i64, Path);
template Tensor<double> latent_walk(const Tensor<double>&, const Tensor<double>&, i64, Path);

}  // namespace gan::metrics
