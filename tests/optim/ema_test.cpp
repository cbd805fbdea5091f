// Moving averages of networks.
#include "gan/optim/ema.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/random.hpp"

namespace gan {
namespace {

TEST(Ema, FollowsParametersAndBuffers) {
  Sequential net{Dense(1, 1), BatchNorm(1)};
  init(net, 1);
  Ema average(net, 0.75);
  Pass inference = Pass::inference();
  auto bias = [](Sequential& n) { return params(n).tensors[1]; };
  bias(net).copy_from(Var::full({1}, 8));
  average.update();  // keeps min(0.75, 1 / 10)
  EXPECT_NEAR(bias(average.network()).item(), 0.9 * 8, 1e-6);
  for (int i = 0; i < 100; ++i) average.update();
  EXPECT_NEAR(bias(average.network()).item(), 8, 1e-5);
  EXPECT_NEAR(average.network()(Var::ones({2, 1}), inference).data()[0], net(Var::ones({2, 1}), inference).data()[0],
              1e-4);
  EXPECT_EQ(bias(net).item(), 8) << "the network itself is not touched";
  EXPECT_THROW(Ema(net, 1.0), ValueError);
}

TEST(Ema, ResumesExactly) {
  Sequential net{Dense(3, 2), BatchNorm(2)};
  init(net, 1);
  const auto numbers = [](auto& module) {
    std::map<std::string, std::vector<float>> all;
    each_param(module, [&](const std::string& name, Param<float>& p) { all[name] = p.to_vector(); });
    return all;
  };
  const auto change = [&](u64 step) {
    Rng rng{5, step, 0};
    each_param(net, [&](const std::string&, Param<float>& p) { p.set(randn<float>(p.shape(), rng)); });
  };
  Ema whole(net, 0.9), first(net, 0.9);
  for (u64 step = 0; step < 3; ++step) {
    change(step);
    whole.update();
    first.update();
  }
  init(net, 2);
  Ema second(net, 0.9);  // starts from other numbers
  const auto saved = numbers(first);
  EXPECT_EQ(saved, numbers(first.network()));
  EXPECT_EQ(saved.count("1.running_mean"), 1u);
  each_param(second, [&](const std::string& name, Param<float>& p) {
    p.set(Var::from(std::span<const float>(saved.at(name)), p.shape()));
  });
  u64 steps = 0;
  each_count(first, [&steps](const std::string&, u64& count) { steps = count; });
  each_count(second, [&steps](const std::string&, u64& count) { count = steps; });
  for (u64 step = 3; step < 6; ++step) {
    change(step);
    whole.update();
    second.update();
  }
  EXPECT_EQ(whole.steps(), 6u);
  EXPECT_EQ(numbers(whole), numbers(second));
  EXPECT_NE(numbers(whole), numbers(net));
}

TEST(Ema, WithoutDecayItIsTheNetwork) {
  Sequential net{Dense(3, 2)};
  init(net, 1);
  Ema average(net, 0);
  init(net, 2);
  average.update();
  std::vector<float> expected, found;
  each_param(net, [&](const std::string&, Param<float>& p) {
    for (float x : p.to_vector()) expected.push_back(x);
  });
  each_param(average, [&](const std::string&, Param<float>& p) {
    for (float x : p.to_vector()) found.push_back(x);
  });
  EXPECT_EQ(found, expected);
}

TEST(Ema, AveragesOnceWhatHasTwoNamesAndNothingThatIsHeldByPointer) {
  struct Twice {
    Dense a{2, 2};
    void visit(Visitor& v) {
      v("a", a);
      v("again", a);
    }
  } twice;
  struct Once {
    Dense a{2, 2};
    void visit(Visitor& v) { v("a", a); }
  } once;
  init(twice, 1);
  init(once, 1);
  Ema doubly(twice);
  Ema simply(once);
  for (u64 seed = 2; seed < 5; ++seed) {
    init(twice, seed);
    init(once, seed);
    doubly.update();
    simply.update();
  }
  EXPECT_EQ(doubly.network().a.weight.to_vector(), simply.network().a.weight.to_vector());
  struct View {
    Dense* trunk;
    void visit(Visitor& v) { v("trunk", *trunk); }
  } view{&once.a};
  EXPECT_THROW(Ema<View>{view}, ValueError);
}

}  // namespace
}  // namespace gan
