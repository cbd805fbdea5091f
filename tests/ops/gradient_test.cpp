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

}  // namespace
}  // namespace gan
