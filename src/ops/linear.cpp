// See ops/linear.hpp.
#include "gan/ops/activation.hpp"
#include "gan/ops/shape.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/linear.hpp"

#include <algorithm>

namespace gan::detail {

Shape matrices(const Shape& leading, i64 rows, i64 columns) {
  i64 extents[Shape::max_rank + 2] = {};
  std::copy(leading.begin(), leading.end(), extents);
  extents[leading.rank()] = rows;
  extents[leading.rank() + 1] = columns;
  return {extents, leading.rank() + 2, "matmul"};
}

}  // namespace gan::detail
