// See nn/latent.hpp.
#include "gan/nn/latent.hpp"

namespace gan {

std::span<const char* const> enum_names(Prior) {
  static constexpr const char* names[] = {"normal", "uniform", "unit_variance_uniform"};
  return names;
}

}  // namespace gan
