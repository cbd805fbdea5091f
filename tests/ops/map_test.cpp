// Undefined tensors: every op refuses them by its name.
#include "gan/ops/map.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace gan
