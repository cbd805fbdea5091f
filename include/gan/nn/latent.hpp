// Latent vectors, and the distributions that they are drawn from.
#pragma once

#include <span>

#include "gan/nn/pass.hpp"
#include "gan/ops/random.hpp"

namespace gan {

enum class Prior {
  normal,        ///< N(0, 1)
  uniform,       ///< U(-1, 1)
  unit_variance_uniform,  ///< U(-sqrt 3, sqrt 3), which has variance 1
};

std::span<const char* const> enum_names(Prior);

/// The distribution of latent vectors z (N, size).
struct Latent {
  i64 size = 100;
  Prior prior = Prior::normal;

  constexpr Latent(i64 numbers = 100, Prior from = Prior::normal) : size(numbers), prior(from) {}
};

/// Draws n latent vectors (n, latent.size); advances rng to its next draw.
template <class T>
Tensor<T> draw_latent(i64 n, Latent latent, Rng& rng, Device device = Device::cpu()) {
  const Shape shape{n, latent.size};
  constexpr double root3 = 1.7320508075688772;
  switch (latent.prior) {
    case Prior::normal: return randn<T>(shape, rng, device);
    case Prior::uniform: return rand<T>(shape, rng, -1, 1, device);
    case Prior::unit_variance_uniform: return rand<T>(shape, rng, -root3, root3, device);
  }
  throw ValueError("[draw_latent] unknown prior");
}

}  // namespace gan
