// See ops/padding.hpp.
#include "gan/ops/resample.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/padding.hpp"

#include <algorithm>

namespace gan {
namespace detail {

void check_border(const Shape& x, const Padding& sides, const char* op) {
  GAN_CHECK_SHAPE(x.rank() == 4, op, "images (N, H, W, C) are needed", x);
  if (sides.mode != Padding::Mode::explicit_sides ||
      std::min({sides.top, sides.bottom, sides.left, sides.right}) < 0)
    throw ValueError(std::string("[") + op + "] the sides must be numbers that are not negative");
}

}  // namespace detail

}  // namespace gan
