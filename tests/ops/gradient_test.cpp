// First and second derivatives of every op: the whole Jacobian in double against a five-point stencil.
#include <gtest/gtest.h>

#include "gan/grad/gradcheck.hpp"
#include "support/cases.hpp"

namespace gan {
namespace {

void check(int order, double tolerance) {
  double worst = 0;
  for (const Case& c : all_cases()) {
    if (c.inputs.empty()) continue;  // constants
    const auto result =
        gradcheck<double>(c.f64, case_inputs<double>(c, c.inputs), {.order = order, .tolerance = tolerance});
    EXPECT_TRUE(result) << c.name << ": " << result.message;
    worst = std::max(worst, result.worst);
  }
  std::printf("worst relative error of order %d over %zu cases: %.2e\n", order, all_cases().size(), worst);
}

TEST(OpsGradient, FirstDerivatives) { check(1, 1e-7); }
TEST(OpsGradient, SecondDerivatives) { check(2, 1e-6); }

TEST(Gradcheck, SeesWrongDerivatives) {
  using Function = std::function<Tensor<double>(const Tensors<double>&)>;
  auto squares = [](auto backward) -> Function {
    return [backward](const Tensors<double>& x) {
      return record<double>("square", mul(detach(x[0]), detach(x[0])), {x[0]}, save::inputs, backward);
    };
  };
  const Function half = squares([](auto& g, auto& s) { return Tensors<double>{mul(g, s.input(0))}; });
  const Function constant = squares([](auto& g, auto& s) { return Tensors<double>{2.0 * mul(g, detach(s.input(0)))}; });
  const Tensors<double> x{Tensor<double>::from({1.0, 2.0}, Shape{2})};
  EXPECT_FALSE(gradcheck<double>(half, x)) << "misses a factor 2";
  EXPECT_TRUE(gradcheck<double>(constant, x));
  EXPECT_FALSE(gradcheck<double>(constant, x, {.order = 2})) << "its gradient forgets that it depends on x";
}

}  // namespace
}  // namespace gan
