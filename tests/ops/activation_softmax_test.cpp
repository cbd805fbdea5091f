// Softmax and logsumexp: the cases that value_test, gradient_test, threads_test and devices read, large and infinite
// values, errors, and PyTorch.
#include <gtest/gtest.h>

#include <limits>

#include "gan/ops/activation.hpp"
#include "support/cases.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace naive;

const Cases cases{
    make_case(
        "log_softmax", {{4, 6}}, [](auto& x) { return log_softmax(x[0]); },
        [](auto& x) {
          Array y = x[0];
          for (i64 r = 0; r < 4; ++r) {
            double t = 0;
            for (i64 c = 0; c < 6; ++c) t += std::exp(x[0].at({r, c}));
            for (i64 c = 0; c < 6; ++c) y.at({r, c}) -= std::log(t);
          }
          return y;
        },
        {.large = {{3000, 20}}}),
    make_case(
        "softmax", {{2, 2, 3}}, [](auto& x) { return softmax(x[0]); },
        [](auto& x) {
          Array y = x[0];
          for (i64 r = 0; r < 4; ++r) {
            double t = 0;
            for (i64 c = 0; c < 3; ++c) t += std::exp(x[0].at({r / 2, r % 2, c}));
            for (i64 c = 0; c < 3; ++c) y.at({r / 2, r % 2, c}) = std::exp(x[0].at({r / 2, r % 2, c})) / t;
          }
          return y;
        }),
    make_case(
        "logsumexp", {{4, 6}}, [](auto& x) { return logsumexp(x[0]); },
        [](auto& x) {
          Array y(Shape{4});
          for (i64 r = 0; r < 4; ++r) {
            for (i64 c = 0; c < 6; ++c) y.at({r}) += std::exp(x[0].at({r, c}));
            y.at({r}) = std::log(y.at({r}));
          }
          return y;
        },
        {.large = {{3000, 20}}}),
    make_case(
        "logsumexp.first", {{3, 2, 2}}, [](auto& x) { return logsumexp(x[0], -3); },
        [](auto& x) {
          Array y = naive::sum_to(naive::map([](double v) { return std::exp(v); })(x), Shape{1, 2, 2});
          for (auto& v : y.values) v = std::log(v);
          y.shape = Shape{2, 2};
          return y;
        }),
};

TEST(OpsSoftmax, LogsumexpIsStable) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const Var x = leaf(Var::from({1000, 1000, -1000, -inf, -inf, -inf, inf, 0}, Shape{4, 2}));
  const Var y = logsumexp(x);
  EXPECT_FLOAT_EQ(y.data()[0], 1000 + std::log(2.0f));
  EXPECT_FLOAT_EQ(y.data()[1], -1000);
  EXPECT_EQ(y.data()[2], -inf);
  EXPECT_EQ(y.data()[3], inf);
  const Var g = grad(sum(rows(y, 0, 2)), {x})[0];
  EXPECT_FLOAT_EQ(g.data()[0], 0.5f);
  EXPECT_FLOAT_EQ(g.data()[2], 1);
  EXPECT_FLOAT_EQ(g.data()[3], 0);
  expect_error<ShapeError>([&] { logsumexp(x, 2); }, "[logsumexp] an axis with entries is needed: (4, 2)");
  expect_error<ShapeError>([&] { logsumexp(zeros({2, 0})); }, "[logsumexp] an axis with entries is needed: (2, 0)");
}

using SoftmaxReference = reference::LayerReference;

TEST_F(SoftmaxReference, AlongEachAxis) {
  using namespace reference;
  using D = Tensor<double>;
  for (const int axis : {0, 1, 2})
    check_function("logsumexp_" + std::to_string(axis), [&](const D& x) { return logsumexp(x, axis); });
  check_function("log_softmax", [](const D& x) { return log_softmax(x); });
}

}  // namespace
}  // namespace gan
