// What optimizers remember: 3 + 3 steps with a save and a load between are 6 steps, bit for bit.
#include <gtest/gtest.h>

#include <map>

#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/random.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {
namespace {

template <class T>
struct Saved {
  std::map<std::string, std::vector<T>> tensors;
  std::map<std::string, u64> counters;
};

template <class T>
Saved<T> save(Optimizer<T>& optimizer, const Parameters<T>& w) {
  Saved<T> saved;
  optimizer.visit(
      w, [&](const std::string& name, Tensor<T>& t) { EXPECT_TRUE(saved.tensors.emplace(name, t.to_vector()).second); },
      [&](const std::string& name, u64& n) { saved.counters[name] = n; });
  return saved;
}
template <class T>
void load(Optimizer<T>& optimizer, const Parameters<T>& w, const Saved<T>& saved) {
  optimizer.visit(
      w,
      [&](const std::string& name, Tensor<T>& t) {
        t.copy_from(Tensor<T>::from(std::span<const T>(saved.tensors.at(name)), t.shape()));
      },
      [&](const std::string& name, u64& n) { n = saved.counters.at(name); });
}

/// Two parameters of one name, as two networks of one player have them, and another.
template <class T>
Parameters<T> some_parameters() {
  Rng rng{3, 0, 0};
  return {{"0.weight", "0.weight", "1.bias"},
          {randn<T>(Shape{5, 3}, rng), randn<T>(Shape{2, 2}, rng), randn<T>(Shape{7}, rng)}};
}
template <class T>
Tensors<T> some_gradients(const Parameters<T>& w, u64 step) {
  Tensors<T> g;
  Rng rng{4, step, 0};
  for (const auto& p : w.tensors) g.push_back(randn<T>(p.shape(), rng));
  return g;
}

template <class T>
void expect_resumes(const std::string& what, const OptimizerSpec& spec) {
  SCOPED_TRACE(what);
  Parameters<T> whole = some_parameters<T>(), parts = some_parameters<T>();
  Optimizer<T> optimizer(spec), first(spec), second(spec);
  for (u64 step = 0; step < 6; ++step) optimizer.step(whole, some_gradients(whole, step));
  for (u64 step = 0; step < 3; ++step) first.step(parts, some_gradients(parts, step));
  load(second, parts, save(first, parts));
  EXPECT_EQ(second.updates(), 3u);
  EXPECT_EQ(second.learning_rate(), first.learning_rate());
  for (u64 step = 3; step < 6; ++step) second.step(parts, some_gradients(parts, step));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(whole.tensors[i].to_vector(), parts.tensors[i].to_vector()) << whole.names[i];
  // And the state is needed at all: without it the last three steps end elsewhere.
  Parameters<T> forgetful = some_parameters<T>();
  Optimizer<T> before(spec), after(spec);
  for (u64 step = 0; step < 3; ++step) before.step(forgetful, some_gradients(forgetful, step));
  for (u64 step = 3; step < 6; ++step) after.step(forgetful, some_gradients(forgetful, step));
  EXPECT_NE(whole.tensors[0].to_vector(), forgetful.tensors[0].to_vector());
}

TEST(Optimizer, ThreeAndThreeStepsAreSix) {
  const Schedule falling = schedule::exponential({.factor = 0.8}),
                 rising = schedule::ramp({.from = 0, .to = 0.9, .steps = 4});
  const std::vector<std::pair<const char*, OptimizerSpec>> specs = {
      {"sgd", OptimizerSpec(Sgd{}).learning_rate(falling)},
      {"sgd momentum", Sgd{.momentum = 0.9, .dampening = 0.5}},
      {"sgd nesterov", Sgd{.momentum = 0.9, .nesterov = true}},
      {"sgd ramp", OptimizerSpec(Sgd{}).momentum(rising)},
      {"adam", Adam{}},
      {"rmsprop", RmsProp{}},
      {"rmsprop centered", RmsProp{.momentum = 0.5, .centered = true}},
      {"rmsprop ramp", OptimizerSpec(RmsProp{}).momentum(rising)},
      {"everything",
       OptimizerSpec(Adam{.weight_decay = 0.01}).learning_rate(falling).clip_gradient_norm(1).clip_weights(0.5)}};
  for (const auto& [name, spec] : specs) {
    expect_resumes<float>(name, spec);
    expect_resumes<double>(name, spec);
  }
}

TEST(Optimizer, NamesItsStateAfterTheParameters) {
  const Parameters<float> w = some_parameters<float>();
  auto names = [&](Optimizer<float> optimizer) {
    std::string all;
    for (const auto& [name, values] : save(optimizer, w).tensors) all += name + " ";
    return all;
  };
  EXPECT_EQ(names(Adam{}), "m.0.weight m.0.weight#2 m.1.bias v.0.weight v.0.weight#2 v.1.bias ");
  EXPECT_EQ(names(Sgd{}), "");
  EXPECT_EQ(names(Sgd{.momentum = 0.5}), "velocity.0.weight velocity.0.weight#2 velocity.1.bias ");
  EXPECT_EQ(names(OptimizerSpec(Sgd{}).momentum(0.5)), "velocity.0.weight velocity.0.weight#2 velocity.1.bias ");
  EXPECT_EQ(names(RmsProp{.centered = true}),
            "average.0.weight average.0.weight#2 average.1.bias squares.0.weight squares.0.weight#2 squares.1.bias ");
}

TEST(Optimizer, CopiesShareNothing) {
  Parameters<float> w = some_parameters<float>();
  Optimizer<float> original(Adam{});
  original.step(w, some_gradients(w, 0));
  Optimizer<float> copy(original);
  const auto before = save(original, w);
  copy.step(w, some_gradients(w, 1));
  EXPECT_EQ(save(original, w).tensors, before.tensors);
  EXPECT_EQ(original.updates(), 1u);
  EXPECT_EQ(copy.updates(), 2u);
}

TEST(Optimizer, ReadsItsLearningRate) {
  Parameters<float> w = some_parameters<float>();
  Optimizer<float> optimizer(
      OptimizerSpec(Adam{.learning_rate = 8}).learning_rate(schedule::step({.every = 2, .factor = 0.5})));
  std::vector<double> rates;
  for (u64 step = 0; step < 5; ++step) {
    rates.push_back(optimizer.learning_rate());
    optimizer.step(w, some_gradients(w, step));
  }
  EXPECT_EQ(rates, (std::vector<double>{8, 8, 4, 4, 2}));
}

TEST(Optimizer, ClipsTheNormOfAllGradientsTogether) {
  Parameters<double> w{{"a", "b"}, {Tensor<double>::from({0, 0}, {2}), Tensor<double>::from({0}, {1})}};
  Optimizer<double> optimizer(OptimizerSpec(Sgd{.learning_rate = 1}).clip_gradient_norm(1));
  optimizer.step(w, {Tensor<double>::from({2, 3}, {2}), Tensor<double>::from({6}, {1})});  // norm 7
  EXPECT_NEAR(w.tensors[0].to_vector()[1], -3 / (7 + 1e-6), 1e-15);
  EXPECT_NEAR(w.tensors[1].item(), -6 / (7 + 1e-6), 1e-15);
  Parameters<double> u{{"a"}, {Tensor<double>::from({0, 0}, {2})}};
  Optimizer<double> gentle(OptimizerSpec(Sgd{.learning_rate = 1}).clip_gradient_norm(1));
  gentle.step(u, {Tensor<double>::from({0.5, -0.25}, {2})});  // below the limit: untouched
  EXPECT_EQ(u.tensors[0].to_vector(), (std::vector<double>{-0.5, 0.25}));
}

TEST(Optimizer, ClippingWeightsLeavesBuffers) {
  Sequential net{Dense(3, 2), BatchNorm(2)};
  init(net, 1);
  each_param(net, [](const std::string&, Param<float>& p) { p.set(Var::full(p.shape(), 7)); });
  Parameters<float> w = params(net);
  Optimizer<float> optimizer(OptimizerSpec(Sgd{.learning_rate = 0}).clip_weights(0.01));
  optimizer.step(w, some_gradients(w, 0));
  each_param(net, [](const std::string& name, Param<float>& p) {
    for (const float x : p.to_vector()) EXPECT_EQ(x, p.trainable() ? 0.01f : 7.f) << name;
  });
}

TEST(Optimizer, SpecsSayAllThatIsKnownOfThem) {
  EXPECT_EQ(OptimizerSpec(Sgd{.learning_rate = 0.5}).momentum(0.25).clip_weights(2).text(),
            "optimizer = Sgd\nlearning_rate = 0.5\nmomentum = 0\ndampening = 0\nweight_decay = 0\nnesterov = false\n"
            "learning rate's schedule = none\nmomentum's schedule = 0.25\nlimit of the gradients' norm = none\n"
            "limit of weights = 2\n");
  const Schedule two_lines("a\nb", [](u64) { return 1.0; });
  EXPECT_NE(OptimizerSpec(Adam{}).learning_rate(two_lines).text().find("schedule = a b\n"), std::string::npos);
}

TEST(Optimizer, RefusesWhatMeansNothing) {
  const auto optimizer = [](OptimizerSpec spec) { return Optimizer<float>(spec); };
  EXPECT_THROW(optimizer(Adam{.learning_rate = -1}), ValueError);
  EXPECT_THROW(optimizer(Adam{.beta2 = 1}), ValueError);
  EXPECT_THROW(optimizer(Sgd{.momentum = -0.5}), ValueError);
  EXPECT_THROW(optimizer(Sgd{.nesterov = true}), ValueError);
  EXPECT_THROW(optimizer(Sgd{.momentum = 0.5, .dampening = 0.5, .nesterov = true}), ValueError);
  EXPECT_THROW(optimizer(RmsProp{.alpha = 1}), ValueError);
  EXPECT_THROW(optimizer(RmsProp{.epsilon = -1}), ValueError);
  EXPECT_THROW(OptimizerSpec(Adam{}).momentum(0.5), ValueError);
  EXPECT_THROW(OptimizerSpec(Adam{}).clip_gradient_norm(0), ValueError);
  EXPECT_THROW(OptimizerSpec(Adam{}).clip_weights(-1), ValueError);

  Parameters<float> w = some_parameters<float>();
  Optimizer<float> adam(Adam{});
  EXPECT_THROW(adam.step(w, {}), ShapeError);
  Tensors<float> turned = some_gradients(w, 0);
  turned[0] = Var::ones({3, 5});
  EXPECT_THROW(adam.step(w, turned), ShapeError);
  EXPECT_EQ(adam.updates(), 0u);
  adam.step(w, some_gradients(w, 0));
  Parameters<float> fewer{{"0.weight"}, {w.tensors[0]}};
  EXPECT_THROW(adam.prepare(fewer), ShapeError);
  Parameters<float> others{w.names, {w.tensors[0], w.tensors[1], Var::ones({8})}};
  EXPECT_THROW(adam.prepare(others), ShapeError);
}

}  // namespace
}  // namespace gan
