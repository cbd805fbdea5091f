// Maps on raw arrays: a user's functor on the CPU, rows of one value, and the walk over operands that broadcast.
#include "gan/backend/map.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gan {
namespace {

/// As a user writes them: without a GAN_MAP line.
struct Twice {
  double more;
  template <class T>
  GAN_HD T operator()(T x) const {
    return 2 * x + static_cast<T>(more);
  }
};
struct Minus {
  template <class T>
  GAN_HD T operator()(T a, T b) const {
    return a - b;
  }
};

TEST(Maps, AFunctorOfAUserNeedsNoLineOnTheCpu) {
  std::vector<float> x{1, 2, 3}, y(3);
  map_row(Twice{0.5}, 3, x.data(), y.data());
  EXPECT_EQ(y, (std::vector<float>{2.5, 4.5, 6.5}));
  map_row(Twice{0.5}, 3, x.data(), x.data());
  EXPECT_EQ(x, y) << "in place";
  static_assert(!CudaMap1<Twice, float> && !CudaMap2<Minus, double>, "devices need the line");
}

TEST(Maps, RowsOfOneValueAreRepeated) {
  const std::vector<double> a{1, 2, 3}, b{10, 20, 30};
  std::vector<double> y(3);
  const auto run = [&](i64 stride_a, i64 stride_b) {
    map_row(Minus{}, 3, a.data(), stride_a, b.data(), stride_b, y.data());
    return y;
  };
  EXPECT_EQ(run(1, 1), (std::vector<double>{-9, -18, -27}));
  EXPECT_EQ(run(1, 0), (std::vector<double>{-9, -8, -7}));
  EXPECT_EQ(run(0, 1), (std::vector<double>{-9, -19, -29}));
  EXPECT_EQ(run(0, 0), (std::vector<double>{-9, -9, -9}));
}

/// The offset of each element of an operand of `shape`, in the order of `out`, by the definition of broadcasting.
std::vector<i64> offsets_of(const Shape& out, const Shape& shape) {
  std::vector<i64> all;
  for (i64 i = 0; i < out.size(); ++i) {
    i64 rest = i, stride = 1, at = 0;
    for (int axis = 1; axis <= out.rank(); ++axis) {
      const i64 index = rest % out[-axis], extent = axis <= shape.rank() ? shape[-axis] : 1;
      rest /= out[-axis];
      if (extent > 1) at += index * stride;
      stride *= extent;
    }
    all.push_back(at);
  }
  return all;
}

TEST(Maps, ThePlanOfABroadcastVisitsTheRightElements) {
  const std::vector<std::pair<Shape, Shape>> cases = {
      {{4, 5}, {4, 5}},    {{4, 5}, {5}},       {{4, 5}, {4, 1}},      {{4, 1}, {1, 5}},
      {{2, 3, 4}, {3, 1}}, {{2, 1, 4}, {3, 1}}, {{}, {2, 3}},          {{2, 3, 4, 5}, {2, 1, 4, 1}},
      {{1, 3}, {3}},       {{2, 1, 1, 5}, {5}}, {{3, 1, 2}, {1, 4, 1}}};
  for (const auto& [a, b] : cases) {
    SCOPED_TRACE(to_string(a) + " and " + to_string(b));
    const Shape out = broadcast_shapes(a, b, "test");
    const BroadcastPlan plan(out, a, b);
    ASSERT_EQ(plan.rows * plan.inner, out.size());
    std::vector<i64> in_a, in_b;
    for (i64 row = 0; row < plan.rows; ++row) {
      i64 at = 0, bt = 0;
      plan.offsets(row, at, bt);
      for (i64 i = 0; i < plan.inner; ++i) {
        in_a.push_back(at + i * plan.inner_a);
        in_b.push_back(bt + i * plan.inner_b);
      }
    }
    EXPECT_EQ(in_a, offsets_of(out, a));
    EXPECT_EQ(in_b, offsets_of(out, b));
  }
}

TEST(Maps, ThePlanMergesAxes) {
  EXPECT_EQ(BroadcastPlan({2, 3, 4}, {2, 3, 4}, {2, 3, 4}).rows, 1) << "one long row";
  EXPECT_EQ(BroadcastPlan({2, 3, 4}, {2, 3, 4}, {}).rows, 1);
  const BroadcastPlan bias({2, 3, 4}, {2, 3, 4}, {4});
  EXPECT_EQ(bias.rows, 6);
  EXPECT_EQ(bias.axes, 1);
}

}  // namespace
}  // namespace gan
