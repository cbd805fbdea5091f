// Averages: those of Ema, put into the networks for a while.
#include "gan/optim/averages.hpp"

#include <gtest/gtest.h>

#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/random.hpp"
#include "gan/optim/ema.hpp"

namespace gan {
namespace {

template <class M>
std::vector<float> values(M& net) {
  std::vector<float> all;
  each_param(net, [&all](const std::string&, Param<float>& p) {
    const auto own = p.to_vector();
    all.insert(all.end(), own.begin(), own.end());
  });
  return all;
}

void change(Sequential& net, u64 seed) {
  Rng rng{seed, 1, 0};
  each_param(net, [&rng](const std::string&, Param<float>& p) { p.set(randn<float>(p.shape(), rng)); });
}

TEST(Averages, AreThoseOfEma) {
  Sequential net{Dense(3, 4), BatchNorm(4)};
  init(net, 1);
  Ema ema(net, 0.9);
  Averages averages([&net](Visitor& v) { net.visit(v); }, 0.9);
  for (u64 step = 0; step < 20; ++step) {
    change(net, step);
    ema.update();
    averages.update();
  }
  EXPECT_EQ(values(averages), values(ema.network()));
  EXPECT_EQ(averages.steps(), 20u);
  std::vector<std::string> names;
  each_param(averages, [&names](const std::string& name, Param<float>&) { names.push_back(name); });
  EXPECT_EQ(names.front(), "0.weight");
  u64 steps = 0;
  each_count(averages, [&steps](const std::string& name, u64& count) {
    if (name == "steps") steps = count;
  });
  EXPECT_EQ(steps, 20u);
}

TEST(Averages, AreInTheNetworksForAWhile) {
  Sequential net{Dense(3, 4)};
  init(net, 1);
  Averages averages([&net](Visitor& v) { v("G", net); }, 0.5);
  const Var handle = params(net).tensors[0];
  change(net, 5);
  averages.update();
  change(net, 6);
  const auto trained = values(net), averaged = values(averages);
  const float* const memory = handle.data();
  {
    const auto scope = averages.in_place();
    EXPECT_EQ(values(net), averaged);
    EXPECT_EQ(values(averages), trained);
  }
  EXPECT_EQ(values(net), trained);
  EXPECT_EQ(values(averages), averaged);
  EXPECT_EQ(handle.data(), memory) << "recorded turns know the address";
}

TEST(Averages, RefuseADecayOutOfRange) {
  EXPECT_THROW(Averages([](Visitor&) {}, 1), ValueError);
  EXPECT_THROW(Averages([](Visitor&) {}, -0.1), ValueError);
}

}  // namespace
}  // namespace gan
