// Histories: what ends them, what they keep, and how long ones behave.
#include "gan/tensor/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/backend/runtime.hpp"
#include "gan/grad/grad.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/arithmetic.hpp"
#include "gan/ops/reduce.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

Var leaf_of(std::initializer_list<float> values) {
  return leaf(Var::from(values, Shape{static_cast<i64>(values.size())}));
}

TEST(History, UseAfterChangeNamesTheTensor) {
  Var w = Var::from({1.0f, 2.0f}, Shape{2});
  w.named("body.0.weight");
  const Var x = leaf(w);
  const Var loss = sum(x * x);
  w.mutable_data()[0] = 3;
  try {
    grad(loss, {x});
    FAIL() << "the change went unnoticed";
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), HasSubstr("[mul] input"));
    EXPECT_THAT(e.what(), HasSubstr("'body.0.weight' (2) was changed in place"));
  }
}

TEST(History, NoRecordAndDetachCutHistory) {
  const Var x = leaf_of({2});
  {
    NoGrad off;
    EXPECT_FALSE((x * x).tracked());
    WithGrad on;
    EXPECT_TRUE((x * x).tracked());
  }
  EXPECT_TRUE((x * x).tracked());
  EXPECT_EQ(grad(sum(x * detach(x)), {x})[0].item(), 2);
}

TEST(History, ALongHistoryNeedsNoStack) {
  const Var x = leaf_of({1});
  Var y = x;
  for (int i = 0; i < 300000; ++i) y = y + 1.0;
  EXPECT_EQ(y.item(), 300001);
  EXPECT_EQ(grad(sum(y), {x})[0].item(), 1);
  y = Var();  // freeing it needs none either
}

TEST(History, MemoryOfUnneededValuesIsReleased) {
  const i64 before = memory_statistics().live;
  const Var x = leaf(Var::zeros({1000, 100}));
  Var y = x;
  for (int i = 0; i < 10; ++i) y = y + 1.0;  // addition needs none of its inputs again
  EXPECT_LE(memory_statistics().live - before, 3 * 1000 * 100 * 4);
}

TEST(History, PreluKeepsItsInputAlone) {
  const Var x = leaf(Var::zeros({1000, 100})), slope = leaf(Var::ones({100}));
  const i64 before = memory_statistics().live;
  const Var y = prelu(x, slope);
  EXPECT_LE(memory_statistics().live - before, 1000 * 100 * 4 + 4096);  // y itself
}

}  // namespace
}  // namespace gan
