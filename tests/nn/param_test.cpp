// A parameter: a handle on it is told from a copy, and handles stay on it whatever happens to it.
#include "gan/nn/param.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/grad/grad.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/residual.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"

namespace gan {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

static_assert(!std::is_convertible_v<Param<float>&, Var> && !std::is_convertible_v<const Param<float>&, Var>);
static_assert(!std::is_constructible_v<Var, Param<float>&>, "which of the two a copy means has to be said");
static_assert(!std::is_assignable_v<Var&, Param<float>&>);
static_assert(std::is_same_v<decltype(std::declval<Dense&>().weight.tensor()), const Var&>);
static_assert(std::is_nothrow_move_constructible_v<Param<float>> && std::is_nothrow_move_assignable_v<Param<float>>);

Param<float> filled(float value, Shape shape = {2}) {
  Param<float> p(shape, Param<float>::Kind::weight, initializer::constant(0));
  p.set(Var::full(shape, value));
  return p;
}

TEST(Param, ACopyHasNumbersOfItsOwnAndAHandleSharesThem) {
  Param<float> p = filled(1);
  auto copy = p;
  const Var handle = p.tensor();
  p.set(Var::full({2}, 5));
  EXPECT_THAT(copy.to_vector(), Each(1.f));
  EXPECT_THAT(handle.to_vector(), Each(5.f));
  EXPECT_TRUE(copy.tensor().tracked());
  const Var loss = sum(square(p.tensor()));
  EXPECT_THAT(grad(loss, {handle})[0].to_vector(), Each(10.f)) << "one variable";
}

TEST(Param, HandlesStayWhenItIsAssigned) {
  Param<float> p = filled(1), none;
  const Var handle = p.tensor();
  p = filled(2).tensor().defined() ? filled(2) : none;  // from a temporary: another parameter takes its place
  EXPECT_THAT(handle.to_vector(), Each(1.f));
  const Var second = p.tensor();
  const Param<float> other = filled(3);
  p = other;
  EXPECT_THAT(second.to_vector(), Each(3.f));
  EXPECT_EQ(second.node(), p.tensor().node());
  EXPECT_NE(p.data(), other.data());
  p = filled(4, {3});
  const Param<float> small = filled(5);
  p = small;
  EXPECT_THAT(p.to_vector(), ElementsAre(5, 5));
  p = none;
  EXPECT_FALSE(p.defined());
}

TEST(Param, ASnapshotGoesBackIntoItsNetwork) {
  Sequential net{Dense(2, 3), BatchNorm(3), Residual(Dense(3, 3))};
  init(net, 1);
  const auto numbers = [](Sequential& n) {
    std::vector<std::vector<float>> all;
    each_param(n, [&all](const std::string&, Param<float>& p) { all.push_back(p.to_vector()); });
    return all;
  };
  const auto held = params(net);
  const auto before = numbers(net);
  const Sequential snapshot = net;
  init(net, 2);
  EXPECT_NE(numbers(net), before);
  net = snapshot;
  EXPECT_EQ(numbers(net), before);
  const auto now = params(net);
  ASSERT_EQ(now.tensors.size(), held.tensors.size());
  for (std::size_t i = 0; i < now.tensors.size(); ++i) EXPECT_EQ(now.tensors[i].node(), held.tensors[i].node());
  const Sequential shorter{Dense(2, 3)};
  net = shorter;
  EXPECT_EQ(params(net).names.size(), 2u);
  const Sequential other{BatchNorm(3)};
  net = other;
  EXPECT_EQ(params(net).tensors[0].shape(), (Shape{3}));
}

TEST(Param, AMoveToWhereItLiesChangesNothing) {
  Param<float> p = filled(1);
  const float* const memory = p.data();
  const auto node = p.tensor().node();
  const u64 version = p.tensor().version();
  p.move_to(Device::cpu());
  EXPECT_EQ(p.data(), memory);
  EXPECT_EQ(p.tensor().node(), node);
  EXPECT_EQ(p.tensor().version(), version);
}

TEST(Param, TwoLayersMayHaveOneWeight) {
  Sequential net;
  Dense first(2, 2), second(2, 2);
  first.weight.share(second.weight.tensor());
  struct Tied {
    Dense &first, &second;
    void visit(Visitor& v) {
      v("first", first);
      v("second", second);
    }
  } tied{first, second};
  init(tied, 1);
  EXPECT_THAT(params(tied).names, ElementsAre("first.weight", "first.bias", "second.bias"));
  Pass pass = Pass::training();
  const Var loss = sum(second(first(Var::ones({1, 2}), pass), pass));
  EXPECT_EQ(grad(loss, {first.weight.tensor()})[0].to_vector(), grad(loss, {second.weight.tensor()})[0].to_vector());
  EXPECT_THROW(first.bias.share(second.weight.tensor()), ShapeError);
}

TEST(Param, NamesItselfWhereItHasNoValues) {
  Dense dense(2, 3);
  params(dense);
  try {
    dense.weight.require_ready("Dense");
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), HasSubstr("[Dense] its parameter 'weight' (3, 2) has no values"));
  }
}

}  // namespace
}  // namespace gan
