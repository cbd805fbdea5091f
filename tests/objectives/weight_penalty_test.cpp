// L1 and L2 penalties on weights.
#include "gan/objectives/weight_penalty.hpp"

#include <gtest/gtest.h>

#include "gan/grad/grad.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"

namespace gan {
namespace {

TEST(WeightPenalty, IsOfMatricesAlone) {
  BasicDense<double> dense(2, 2);
  BasicBatchNorm<double> norm(2);
  dense.weight.set(Tensor<double>::from({1, -2, 0.5, 3}, {2, 2}));
  dense.bias.set(Tensor<double>::from({7, 7}, {2}));
  const Parameters<double> parameters = params(dense, norm);
  const Tensor<double> penalty = weight_penalty(parameters, 0.1, 0.01);
  EXPECT_NEAR(penalty.item(), 0.1 * 6.5 + 0.01 * (1 + 4 + 0.25 + 9), 1e-15);
  const std::vector<double> slope = grad(penalty, {dense.weight.tensor()})[0].to_vector();
  const std::vector<double> w = dense.weight.to_vector();
  for (std::size_t i = 0; i < w.size(); ++i) EXPECT_NEAR(slope[i], (w[i] > 0 ? 0.1 : -0.1) + 0.02 * w[i], 1e-15);
  EXPECT_NEAR(weight_penalty(parameters, 0.1, 0).item(), 0.65, 1e-15);
  EXPECT_NEAR(weight_penalty(parameters, 0, 0.01).item(), 0.1425, 1e-15);
}

TEST(WeightPenalty, OfNothingIsUndefined) {
  BasicBatchNorm<double> norm(2);
  EXPECT_FALSE(weight_penalty(params(norm), 1, 1).defined());
  BasicDense<double> dense(2, 2);
  EXPECT_FALSE(weight_penalty(params(dense), 0, 0).defined());
}

}  // namespace
}  // namespace gan
