// Exploring the latent space: walks between two points, and vector arithmetic (Radford, Metz & Chintala 2015, sections
// 6.1 and 6.3.2).
#pragma once

#include "gan/nn/input.hpp"
#include "gan/ops/shape.hpp"

namespace gan::metrics {

enum class LatentPath {
  linear,    ///< along a straight line
  spherical  ///< along a great circle, length interpolated linearly: lengths of normal z stay likely (White 2016)
};

/// Latent vectors between `from` and `to` (N, D), row i at share[i]: `from` at 0, `to` at 1 → (N, D). Between opposite
/// or zero vectors a spherical path is linear. Throws ShapeError for different shapes, ValueError unless there is one
/// share per row.
template <class T>
Tensor<T> interpolate(const Tensor<T>& from, const Tensor<T>& to, const std::vector<double>& share,
                      LatentPath path = LatentPath::linear);

/// Walks between the rows of two sets of latent vectors, `steps` points for each pair, both ends included: (N, D), (N,
/// D) → (N steps, D), the points of a pair one after the other. Throws ShapeError for different shapes, ValueError for
/// fewer than two steps.
template <class T>
Tensor<T> latent_walk(const Tensor<T>& from, const Tensor<T>& to, i64 steps, LatentPath path = LatentPath::linear);

/// The mean of the rows of z (N, D) with these indices → (1, D): a concept, given by exemplars. Single exemplars are
/// unstable; the paper averages three. Throws ValueError if there are no rows or one is outside z.
template <class T>
Tensor<T> mean_latent(const Tensor<T>& z, const std::vector<i64>& which) {
  if (which.empty()) throw ValueError("[mean_latent] no exemplars; name at least one row");
  return mean(gather(z, which), {0}, true);
}

/// z (1, D), followed by `count` - 1 neighbours with noise from U(-scale, scale) added to every number → (count, D);
/// the paper shows eight with 0.25. Throws ShapeError for another shape, ValueError for count < 1.
template <class T>
Tensor<T> latent_neighbours(const Tensor<T>& z, i64 count, double scale, Rng rng) {
  GAN_CHECK_SHAPE(z.rank() == 2 && z.shape(0) == 1, "latent_neighbours", "one latent vector (1, d) is needed",
                  z.shape());
  if (count < 1) throw ValueError("[latent_neighbours] " + std::to_string(count) + " vectors; at least 1 is needed");
  const Tensor<T> noise = rand<T>(Shape{count - 1, z.shape(1)}, rng, -scale, scale, z.device());
  return count == 1 ? z : concat<T>({z, z + noise});
}

/// Generates images from latent vectors (N, D), with dropout off; how.batch_statistics is as in sampling. Without it,
/// works in batches of 256.
template <class G, class T>
Tensor<T> generate(G& generator, const Tensor<T>& z, const InputSpec& how = {}) {
  const NoGrad constant;
  Pass pass = Pass::inference();
  pass.batch_stats = how.batch_statistics;
  constexpr i64 at_once = 256;
  if (how.batch_statistics || z.shape(0) <= at_once) return generator(z, pass);
  Tensors<T> parts;
  for (i64 first = 0; first < z.shape(0); first += at_once)
    parts.push_back(generator(rows(z, first, std::min(z.shape(0), first + at_once)), pass));
  return concat(parts);
}

#define GAN_LATENT(T)                                                                                                 \
  extern template Tensor<T> interpolate(const Tensor<T>&, const Tensor<T>&, const std::vector<double>&, LatentPath); \
  extern template Tensor<T> latent_walk(const Tensor<T>&, const Tensor<T>&, i64, LatentPath);
GAN_LATENT(float)
GAN_LATENT(double)
#undef GAN_LATENT

}  // namespace gan::metrics
