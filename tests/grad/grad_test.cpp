// The gradient engine: what is walked, what is refused, how long histories behave.
#include "gan/grad/grad.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/backend/runtime.hpp"
#include "gan/ops/linear.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

Var leaf_of(std::initializer_list<float> values) {
  return leaf(Var::from(values, Shape{static_cast<i64>(values.size())}));
}

TEST(Grad, OfAProductSumAndReuse) {
  const Var x = leaf_of({2, 3}), y = leaf_of({5, 7});
  const auto g = grad(sum(x * y + x * x + x), {x, y});
  EXPECT_EQ(g[0].to_vector(), (std::vector<float>{5 + 4 + 1, 7 + 6 + 1}));
  EXPECT_EQ(g[1].to_vector(), (std::vector<float>{2, 3}));
}

TEST(Grad, ThirdDerivativeOfACube) {
  const Var x = leaf_of({2});
  const Var first = grad(sum(x * x * x), {x}, true)[0];
  const Var second = grad(sum(first), {x}, true)[0];
  const Var third = grad(sum(second), {x})[0];
  EXPECT_EQ(first.item(), 12);
  EXPECT_EQ(second.item(), 12);
  EXPECT_EQ(third.item(), 6);
}

TEST(Grad, WithRespectToAnIntermediateAndAnUnusedLeaf) {
  const Var x = leaf_of({3}), unused = leaf_of({1, 2});
  const Var middle = x * x;
  const auto g = grad(sum(middle * 2.0), {middle, x, unused});
  EXPECT_EQ(g[0].item(), 2);
  EXPECT_EQ(g[1].item(), 12);
  EXPECT_EQ(g[2].to_vector(), (std::vector<float>{0, 0}));
}

TEST(Grad, WalksOnlyPathsThatLeadToWhatIsAsked) {
  // A backward that must not run stands in the other branch.
  const Var x = leaf_of({1}), other = leaf_of({1});
  const Var trap = record<float>("trap", other.clone(), {other}, save::none,
                                 [](auto&, auto&) -> Tensors<float> { throw Error("the trap was walked"); });
  const Var loss = sum(x * 2.0 + trap);
  EXPECT_EQ(grad(loss, {x})[0].item(), 2);
  EXPECT_THROW(grad(loss, {other}), Error);
}

TEST(Grad, ReleasesTheHistoryOfAMovedLossAsItWalks) {
  // A product with each of 20 weights saves its input. The gradients need as much memory as these inputs give back.
  const i64 size = 1 << 16, bytes = size * 4;
  Tensors<float> weights;
  for (int i = 0; i < 20; ++i) weights.push_back(leaf(Var::ones({size})));
  const auto growth = [&](bool moved) {
    Var y = weights[0] * 2.0;
    for (const Var& w : weights) y = y * w;
    Var loss = sum(y);
    y = {};
    const i64 before = memory_statistics().live;
    reset_peak_memory();
    const auto g = moved ? grad(std::move(loss), weights) : grad(loss, weights);
    EXPECT_EQ(g[0].data()[0], 4);
    EXPECT_EQ(g[19].data()[1], 2);
    const i64 grown = memory_statistics().peak - before;
    if (!moved) {
      EXPECT_EQ(grad(loss, weights)[19].data()[2], 2);  // can be walked again
    }
    return grown;
  };
  EXPECT_LE(growth(true), 5 * bytes);
  EXPECT_GE(growth(false), 20 * bytes);
}

TEST(Grad, LargeWeightsAreSummedWithoutASecondCopy) {
  const i64 n = 512, bytes = n * n * 4;
  const Var x = leaf(Var::ones({4, n})), w = leaf(Var::ones({n, n}));
  Var loss = sum(linear(x, w)) + sum(linear(x, w)) + sum(linear(x, w));
  const i64 before = memory_statistics().live;
  reset_peak_memory();
  const Var g = grad(std::move(loss), {w})[0];
  EXPECT_LT(memory_statistics().peak - before, bytes + bytes / 2);
  EXPECT_EQ(g.to_vector(), std::vector<float>(static_cast<std::size_t>(n * n), 12));
}

TEST(Grad, AHistoryThatSomebodyHoldsStays) {
  const Var x = leaf_of({3});
  const Var middle = x * x;
  Var loss = sum(middle * middle);
  EXPECT_EQ(grad(std::move(loss), {x})[0].item(), 108);
  EXPECT_EQ(grad(sum(middle), {x})[0].item(), 6);
}

TEST(Grad, SumsOfSharedGradientsLeaveTheirPartsAlone) {
  // The gradient of a + b is one tensor for both; adding to it in place would change the other.
  const Var x = leaf_of({1}), y = leaf_of({1});
  const Var s = x + y;
  const auto g = grad(sum(s) + sum(s * 3.0) + sum(x * 5.0) + sum(y * 7.0), {x, y, s});
  EXPECT_EQ(g[0].item(), 9);
  EXPECT_EQ(g[1].item(), 11);
  EXPECT_EQ(g[2].item(), 4);
}

TEST(Grad, AGeneratorStepComputesNoDiscriminatorWeightGradients) {
  const Var fake = leaf(Var::ones({2, 3})), weight = leaf(Var::ones({4, 3}));
  const Var score = linear(fake, weight);
  // The weight's gradient would need the input, whose memory changed: only the walked path is checked.
  Var alias = detach(fake);
  alias.mutable_data()[0] = 5;
  EXPECT_NO_THROW(grad(sum(score), {fake}));
  EXPECT_THROW(grad(sum(score), {weight}), ValueError);
}

TEST(Grad, RefusesWhatHasNoGradient) {
  const Var x = leaf_of({1, 2}), constant = Var::ones({2});
  EXPECT_THROW(grad(x * 2.0, {x}), ShapeError) << "not one element";
  EXPECT_THROW(grad(sum(constant), {x}), ValueError) << "no history";
  EXPECT_THROW(grad(sum(x), {constant}), ValueError) << "no leaf";
}

}  // namespace
}  // namespace gan
