// The elementwise functors of ops/: each call is dispatched to the best instruction set of the machine.
#define GAN_MAPS_DISPATCH
#include "src/cpu/dispatch.hpp"

#include "gan/ops/activation.hpp"
#include "gan/ops/indexing_functors.hpp"

namespace gan {

BroadcastPlan::BroadcastPlan(const Shape& out, const Shape& a, const Shape& b) {
  const int rank = out.rank();
  i64 run_a = 1, run_b = 1;
  // From the last axis to the first: merge an axis into the previous one if both operands continue with one stride.
  struct Axis {
    i64 extent, a, b;
  } merged[Shape::max_rank] = {};
  int n = 0;
  for (int i = 1; i <= rank; ++i) {
    const i64 extent_a = i <= a.rank() ? a[-i] : 1, extent_b = i <= b.rank() ? b[-i] : 1;
    const Axis axis{out[-i], extent_a == 1 ? 0 : run_a, extent_b == 1 ? 0 : run_b};
    run_a *= extent_a;
    run_b *= extent_b;
    if (axis.extent == 1) continue;
    if (n > 0 && axis.a == merged[n - 1].a * merged[n - 1].extent && axis.b == merged[n - 1].b * merged[n - 1].extent)
      merged[n - 1].extent *= axis.extent;
    else
      merged[n++] = axis;
  }
  if (n == 0) return;  // a single element
  inner = merged[0].extent;
  inner_a = merged[0].a;
  inner_b = merged[0].b;
  axes = n - 1;
  for (int i = 0; i < axes; ++i) {
    extent[i] = merged[i + 1].extent;
    stride_a[i] = merged[i + 1].a;
    stride_b[i] = merged[i + 1].b;
    rows *= extent[i];
  }
}

}  // namespace gan
