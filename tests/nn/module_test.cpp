// Modules: names, copies, parameters that are listed twice or forgotten.
#include "gan/nn/module.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/nn/summary.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<i64> lines(const Summary& s) {
  std::vector<i64> out;
  for (const auto& layer : s.layers) out.push_back(layer.parameters);
  return out;
}

TEST(Module, CopiesNumbersAndKeepsNames) {
  Sequential a{Dense(2, 3), BatchNorm(3), Dense(3, 1)};
  init(a, 1);
  Sequential b = a;
  auto pa = params(a), pb = params(b);
  EXPECT_THAT(pa.names, ElementsAre("0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"));
  pb.tensors[0].mutable_data()[0] = 42;
  EXPECT_NE(pa.tensors[0].data()[0], 42);
  EXPECT_EQ(params(b).tensors[0].data()[0], 42) << "parameters are handles on the module's numbers";
  EXPECT_EQ(count_parameters(a).non_trainable, 6);
}

TEST(Module, UseBeforeInitIsRefused) {
  Dense dense(2, 3);
  Pass pass = Pass::training();
  try {
    dense(Var::ones({1, 2}), pass);
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(),
                HasSubstr("[Dense] its parameter (3, 2) has no values: either init(net, seed) was not called"));
  }
}

TEST(Module, AForgottenMemberIsToldOf) {
  struct Forgetful {
    Dense seen{2, 2}, forgotten{2, 3};
    Var operator()(const Var& x, Pass& p) const { return forgotten(seen(x, p), p); }
    void visit(Visitor& v) { v("seen", seen); }
  } net;
  init(net, 1);
  Pass pass = Pass::training();
  try {
    net(Var::ones({1, 2}), pass);
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), HasSubstr("[Dense] its parameter (3, 2) has no values"));
    EXPECT_THAT(e.what(), HasSubstr("or a `visit` between the net and this layer does not name it"));
  }
}

/// Two networks over one trunk, which belongs to neither.
struct OnTrunk {
  Dense* trunk;
  Dense head{3, 1};
  Var operator()(const Var& x, Pass& p) const { return head((*trunk)(x, p), p); }
  void visit(Visitor& v) {
    v("trunk", *trunk);
    v("head", head);
  }
};

TEST(SharedTrunk, IsListedOnceAndOthersOfOneNameStay) {
  Dense trunk(2, 3);
  OnTrunk D{&trunk}, Q{&trunk};
  const auto both = params(D, Q);
  EXPECT_THAT(both.names,
              ElementsAre("trunk.weight", "trunk.bias", "head.weight", "head.bias", "head.weight", "head.bias"));
  EXPECT_EQ(params(trunk, trunk).names.size(), 2u);
  auto appended = params(trunk);
  appended.append(params(D));
  EXPECT_EQ(appended.names.size(), 4u);
}

TEST(SharedTrunk, CountsOnceUnderTwoNames) {
  struct Twice {
    Dense a{2, 2};
    Sequential norm{BatchNorm(2)};
    Var operator()(const Var& x, Pass& p) const { return a(norm(a(x, p), p), p); }
    void visit(Visitor& v) {
      v("first", a);
      v("norm", norm);
      v("again", a);
      v("norm_again", norm);
    }
  } net;
  EXPECT_EQ(count_parameters(net).trainable, 6 + 4);
  EXPECT_EQ(count_parameters(net).non_trainable, 4);
  EXPECT_THAT(params(net).names, ElementsAre("first.weight", "first.bias", "norm.0.weight", "norm.0.bias"));
  init(net, 1);
  EXPECT_EQ(net.a.weight.to_vector(),
            initial_values<float>(net.a.weight.initializer, Shape{2, 2}, 2, 2, 1, "first.weight").to_vector())
      << "the first name's values";
  const Summary s = summarize(net, Shape{1, 2});
  EXPECT_THAT(lines(s), ElementsAre(6, 8, 0)) << "a layer that runs again has its numbers in its first line";
  EXPECT_EQ(s.count.total(), 14);
}

TEST(Module, NestedUserModule) {
  struct Discriminator {
    Sequential body{Dense(2, 8), LeakyReLU{0.2}};
    Dense head{8, 1};
    Var operator()(const Var& x, Pass& p) const { return head(body(x, p), p); }
    void visit(Visitor& v) {
      v("body", body);
      v("head", head);
    }
  } discriminator;
  init(discriminator, 3);
  EXPECT_THAT(params(discriminator).names, ElementsAre("body.0.weight", "body.0.bias", "head.weight", "head.bias"));
  const Summary s = summarize(discriminator, Shape{4, 2});
  EXPECT_THAT(lines(s), ElementsAre(24, 0, 9));
  Sequential wrapped{discriminator, Sigmoid{}};
  Pass pass = Pass::training();
  EXPECT_EQ(wrapped(Var::ones({4, 2}), pass).shape(), (Shape{4, 1}));
}

}  // namespace
}  // namespace gan
