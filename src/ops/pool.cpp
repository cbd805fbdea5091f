// See ops/pool.hpp.
#include "gan/ops/conv.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/pool.hpp"

#include <algorithm>

namespace gan {
namespace detail {

PoolShape pool_shape(const Shape& x, const PoolGeometry& g, const char* op) {
  GAN_CHECK_SHAPE(x.rank() == 4, op, "images (N, H, W, C) are needed", x);
  if (g.kernel.h < 1 || g.kernel.w < 1 || g.stride.h < 1 || g.stride.w < 1)
    throw ValueError(std::string("[") + op + "] kernel and stride must be at least 1");
  GAN_CHECK_SHAPE(x[1] > 0 && x[2] > 0, op, "the image is empty", x);
  const Padding& p = g.padding;
  if (p.mode != Padding::Mode::explicit_sides || std::max(p.top, p.bottom) > g.kernel.h / 2 ||
      std::max(p.left, p.right) > g.kernel.w / 2 || std::min({p.top, p.bottom, p.left, p.right}) < 0)
    throw ValueError(std::string("[") + op + "] the padding must be explicit and at most half the kernel");
  const auto sum = [op](i64 a, i64 b, i64 c) { return checked_add(checked_add(a, b, op), c, op); };
  checked_multiply(g.kernel.h, g.kernel.w, op);  // the elements of a window
  const i64 rows = sum(x[1], p.top, p.bottom) - g.kernel.h, columns = sum(x[2], p.left, p.right) - g.kernel.w;
  GAN_CHECK_SHAPE(rows >= 0 && columns >= 0, op, "the window is larger than the padded image", x);
  return {x[0], x[1], x[2], x[3], rows / g.stride.h + 1, columns / g.stride.w + 1, g.kernel.h, g.kernel.w,
          g.stride.h, g.stride.w, p.top, p.left};
}

}  // namespace detail

}  // namespace gan
