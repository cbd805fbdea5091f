// Functors applied to whole tensors: a user's on the CPU, broadcasting, operands that do not fit. Undefined tensors:
// every op refuses them by its name.
#include "gan/ops/map.hpp"

#include <gtest/gtest.h>

#include "gan/core/parallel.hpp"
#include "gan/ops/loss.hpp"
#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

// What has the meaning "none": a bias.
bool may_be_undefined(const std::string& op, std::size_t input) {
  return input == 2 && (op == "linear" || op == "conv2d" || op == "conv2d_transpose");
}

template <class T, class Op>
void expect_undefined_is_refused(const Case& c, const Op& f) {
  const std::string op = c.name.substr(0, c.name.find('.'));
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    Tensors<T> x = case_inputs<T>(c, c.inputs);
    x[i] = {};
    if (may_be_undefined(op, i))
      EXPECT_TRUE(f(x).defined()) << c.name;
    else
      expect_error<Error>([&] { f(x); }, "[" + op + "]");
  }
}

TEST(OpsMap, UndefinedTensorsAreRefusedByName) {
  for (const Case& c : all_cases()) {
    expect_undefined_is_refused<float>(c, c.f32);
    expect_undefined_is_refused<double>(c, c.f64);
  }
  const Var u;
  expect_error<ValueError>([&] { exp(u); }, "[exp] an operand is undefined");
  expect_error<ValueError>([&] { u + Var::ones({2}); }, "[add] an operand is undefined");
  expect_error<ValueError>([&] { Var::ones({}) * u; }, "[mul] an operand is undefined");
  expect_error<ValueError>([&] { sum(u); }, "[sum] an operand is undefined");
  expect_error<ValueError>([&] { mean(u, {}); }, "[mean] an operand is undefined");
  expect_error<ValueError>([&] { mse(u, u); }, "[mse] an operand is undefined");
  expect_error<ValueError>([&] { map(u, functor::Exp{}); }, "[map] an operand is undefined");
  for (const Activation a : {Activation::none, Activation::relu, Activation::leaky_relu, Activation::tanh})
    expect_error<ValueError>([&] { activate(u, a); }, "[activate] an operand is undefined");
}

/// As a user writes them: without a GAN_MAP line.
struct Scaled {
  double by;
  template <class T>
  GAN_HD T operator()(T x) const {
    return static_cast<T>(by) * x;
  }
};
struct Minus {
  template <class T>
  GAN_HD T operator()(T a, T b) const {
    return a - b;
  }
};

TEST(OpsMap, AFunctorOfAUserIsAppliedToEveryElement) {
  const Var y = map(Var::from({1, 2, 3}, Shape{3, 1}), Scaled{2});
  EXPECT_EQ(y.shape(), (Shape{3, 1}));
  EXPECT_EQ(y.to_vector(), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(map(Tensor<double>::scalar(0.25), Scaled{2}).item(), 0.5);
  EXPECT_TRUE(map(Var::zeros({0, 3}), Scaled{2}).to_vector().empty());
}

TEST(OpsMap, TwoOperandsBroadcast) {
  const Var a = Var::from({1, 2, 3, 4}, Shape{2, 2});
  EXPECT_EQ(map(a, a, Minus{}, "minus").to_vector(), (std::vector<float>{0, 0, 0, 0}));
  EXPECT_EQ(map(a, Var::from({10, 20}, Shape{2}), Minus{}, "minus").to_vector(),
            (std::vector<float>{-9, -18, -7, -16}));
  EXPECT_EQ(map(Var::from({10, 20}, Shape{2, 1}), a, Minus{}, "minus").to_vector(), (std::vector<float>{9, 8, 17, 16}));
  const Var outer = map(Var::from({1, 2}, Shape{2, 1}), Var::from({3, 5, 7}, Shape{3}), Minus{}, "minus");
  EXPECT_EQ(outer.shape(), (Shape{2, 3}));
  EXPECT_EQ(outer.to_vector(), (std::vector<float>{-2, -4, -6, -1, -3, -5}));
}

TEST(OpsMap, HasNoHistory) {
  const Var x = leaf(Var::ones({3}));
  EXPECT_FALSE(map(x, Scaled{2}).tracked());
  EXPECT_FALSE(map(x, x, Minus{}, "minus").tracked());
}

TEST(OpsMap, LargeTensorsAreTheSameForAnyNumberOfThreads) {
  const i64 n = 3 * map_grain + 17;
  Var x(Shape{n}), rows(Shape{n / 5, 5}), column(Shape{n / 5, 1});
  for (Var* v : {&x, &rows, &column})
    for (i64 i = 0; i < v->size(); ++i) v->mutable_data()[i] = static_cast<float>(i % 1009);
  const int before = threads();
  for (const int t : {1, 3}) {
    set_threads(t);
    const Var y = map(x, Scaled{2}), z = map(rows, column, Minus{}, "minus");
    for (i64 i = 0; i < n; ++i) ASSERT_EQ(y.data()[i], static_cast<float>(2 * (i % 1009))) << i;
    for (i64 i = 0; i < z.size(); ++i) ASSERT_EQ(z.data()[i], rows.data()[i] - column.data()[i / 5]) << i;
  }
  set_threads(before);
}

TEST(OpsMap, RefusesWhatDoesNotFit) {
  expect_error<ShapeError>(
      [] {
        map(zeros({2, 3}), zeros({2}), Minus{}, "minus");
      },
      "[minus] shapes do not broadcast: (2, 3), (2)");
  expect_error<DeviceError>([] { detail::require_same_device(Device::cpu(), Device::cuda(1), "minus"); },
                            "[minus] the operands are on cpu and cuda:1; move one with to()");
  expect_error<DeviceError>([] { detail::throw_unmapped(Device::cuda(), "minus"); },
                            "[minus] this functor is not available on cuda:0: it has no GAN_MAP line in the library");
}

}  // namespace
}  // namespace gan
