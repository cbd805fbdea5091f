// CUDA's sums and maxima against the CPU's and against plain loops.
#include "support/cuda/sums.hpp"

namespace gan {
namespace {

template <class T>
void expect_sum_agrees(const Shape& from, const Shape& to) {
  const Tensor<T> x = some<T>(from, 1);
  const std::vector<double> values = doubles(x);
  Numbers sum(to.size());
  for (i64 i = 0; i < from.size(); ++i) {
    i64 rest = i, at = 0, stride = 1;
    for (int axis = from.rank() - 1; axis >= 0; --axis) {
      at += to[axis] == 1 ? 0 : rest % from[axis] * stride;
      rest /= from[axis];
      stride *= to[axis];
    }
    sum.add(at, values[static_cast<std::size_t>(i)]);
  }
  const auto run = [&](Device device) {
    const Tensor<T> there = x.to(device);
    Tensor<T> y(to, device);
    kernels<T>(device).sum_to(from, to, there.data(), y.mutable_data());
    return std::vector<Tensor<T>>{y};
  };
  expect_all_near(run, {sum}, to_string(from) + " to " + to_string(to));
}
/// Summed over the axes whose bit is set.
template <class T>
void expect_sum_agrees(const Shape& from, unsigned axes) {
  Shape to = from;
  for (int i = 0; i < from.rank(); ++i)
    if (axes >> i & 1) to = to.with(i, 1);
  expect_sum_agrees<T>(from, to);
}

template <class T>
void expect_sums_agree() {
  expect_sum_agrees<T>(Shape{}, 0u);
  for (const Shape& s : matrices(0))
    for (unsigned axes = 0; axes < 4; ++axes)
      if (axes % 2 == 1 || s[0] < 2000) expect_sum_agrees<T>(s, axes);  // the emulator takes long for many rows
  for (const Shape& s : {Shape{0, 3}, Shape{3, 0}, Shape{0, 0}, Shape{2, 0, 3}, Shape{0, 4, 0}})
    for (unsigned axes = 0; axes < (1u << s.rank()); ++axes) expect_sum_agrees<T>(s, axes);
  for (unsigned axes = 0; axes < 64; ++axes) expect_sum_agrees<T>(Shape{3, 2, 5, 4, 2, 7}, axes);
  for (const Shape& s : {Shape{2000, 2, 1}, Shape{7, 1, 300, 5}, Shape{30, 200, 3}, Shape{2, 5000, 33}})
    for (unsigned axes = 0; axes < (1u << s.rank()); ++axes) expect_sum_agrees<T>(s, axes);
  std::mt19937 numbers(5);
  for (int i = 0; i < 60; ++i) {
    i64 extents[Shape::max_rank];
    const int rank = 1 + static_cast<int>(numbers() % 6);
    for (int k = 0; k < rank; ++k) extents[k] = 1 + static_cast<i64>(numbers() % (rank < 4 ? 20 : 5));
    expect_sum_agrees<T>(Shape(extents, rank), static_cast<unsigned>(numbers()));
  }
}
TEST_F(Cuda, SumsAgreeFloat) { expect_sums_agree<float>(); }
TEST_F(Cuda, SumsAgreeDouble) { expect_sums_agree<double>(); }

TEST_F(Cuda, AllOfALongArrayIsSummed) { expect_sum_agrees<float>(Shape{3000001}, 1u); }

template <class T>
void expect_maxima_agree() {
  const T infinity = std::numeric_limits<T>::infinity();
  const auto run = [](Device device, const Tensor<T>& x) {
    Tensor<T> y({x.shape(0)}, device);
    const Tensor<T> there = x.to(device);
    kernels<T>(device).max_rows(x.shape(0), x.shape(1), there.data(), y.mutable_data());
    return y.to_vector();
  };
  for (const Shape& s : {Shape{0, 5}, Shape{1, 1}, Shape{3, 31}, Shape{8, 32}, Shape{9, 33}, Shape{70, 1000},
                         Shape{9000, 3}, Shape{2, 10001}}) {
    Tensor<T> x = some<T>(s, 1, -3, -1);
    if (x.size() > 1) x.mutable_data()[x.size() - 2] = -infinity;
    EXPECT_EQ(run(gpu, x), run(cpu, x)) << to_string(s);
  }
  Tensor<T> odd = some<T>({3, 40}, 1);
  odd.mutable_data()[7] = infinity;
  odd.mutable_data()[50] = std::numeric_limits<T>::quiet_NaN();
  std::fill(odd.mutable_data() + 80, odd.mutable_data() + 120, -infinity);
  const std::vector<T> found = run(gpu, odd);
  EXPECT_EQ(found[0], infinity);
  EXPECT_TRUE(std::isnan(found[1])) << "what comes of a row with NaN is NaN";
  EXPECT_EQ(found[2], -infinity);
}
TEST_F(Cuda, MaximaAgreeFloat) { expect_maxima_agree<float>(); }
TEST_F(Cuda, MaximaAgreeDouble) { expect_maxima_agree<double>(); }

}  // namespace
}  // namespace gan
