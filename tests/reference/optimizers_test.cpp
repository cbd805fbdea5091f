// Five steps of every optimizer, and eight under every schedule and limit, against PyTorch in double.
#include "gan/optim/adam.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/optim/sgd.hpp"
#include "reference/reference.hpp"

namespace {

using namespace gan;
using namespace reference;

constexpr int parameters = 2;

const File& file() {
  static const File f("optimizers.safetensors");
  return f;
}

/// Tensors "<key>p0" and "<key>p1".
Tensors<double> read(const std::string& key) {
  Tensors<double> out;
  for (int i = 0; i < parameters; ++i) out.push_back(tensor<double>(file()[key + "p" + std::to_string(i)]));
  return out;
}

void expect_equal(const Tensors<double>& w, const std::string& key, double tolerance, Worst& worst) {
  for (int i = 0; i < parameters; ++i) {
    const std::string name = key + "p" + std::to_string(i);
    expect_close(w[static_cast<std::size_t>(i)], file()[name], tolerance, name, worst);
  }
}

void check(const std::string& name, Optimizer<double> optimizer) {
  SCOPED_TRACE(name);
  Worst worst;
  Parameters<double> w{{"p0", "p1"}, read(name + ".")};
  for (int step = 0; step < 5; ++step) {
    const std::string number = std::to_string(step) + "_";
    optimizer.step(w, read(name + ".g" + number));
    expect_equal(w.tensors, name + ".after" + number, 1e-15, worst);
  }
  worst.print(name.c_str());
}

TEST(Optimizers, Sgd) {
  for (const std::string name : {"sgd", "sgd_momentum", "sgd_dampening", "sgd_nesterov", "sgd_weight_decay"}) {
    const auto option = [&](const char* key) { return file().number(name + "." + key); };
    check(name, Sgd{.learning_rate = option("lr"),
                    .momentum = option("momentum"),
                    .dampening = option("dampening"),
                    .weight_decay = option("weight_decay"),
                    .nesterov = option("nesterov") != 0});
  }
}

TEST(Optimizers, Adam) {
  for (const std::string name : {"adam", "adam_gan", "adam_weight_decay", "adam_eps"}) {
    const auto option = [&](const char* key) { return file().number(name + "." + key); };
    const Array betas = file()[name + ".betas"];
    check(name, Adam{.learning_rate = option("lr"),
                     .beta1 = betas.values[0],
                     .beta2 = betas.values[1],
                     .epsilon = option("eps"),
                     .weight_decay = option("weight_decay")});
  }
}

TEST(Optimizers, RmsProp) {
  for (const std::string name :
       {"rmsprop", "rmsprop_momentum", "rmsprop_centered", "rmsprop_weight_decay", "rmsprop_all"}) {
    const auto option = [&](const char* key) { return file().number(name + "." + key); };
    check(name, RmsProp{.learning_rate = option("lr"),
                        .alpha = option("alpha"),
                        .epsilon = option("eps"),
                        .weight_decay = option("weight_decay"),
                        .momentum = option("momentum"),
                        .centered = option("centered") != 0});
  }
}

/// Eight steps of the common plan: learning rates and parameters at the end.
void check_plan(const std::string& name, Optimizer<double> optimizer) {
  SCOPED_TRACE(name);
  Worst worst;
  const Array rates = file()[name + ".lrs"];
  const double first = rates.values[0];
  ASSERT_EQ(rates.values.size(), 8u);
  Parameters<double> w{{"p0", "p1"}, read("plan.")};
  for (std::size_t step = 0; step < rates.values.size(); ++step) {
    EXPECT_NEAR(optimizer.learning_rate(), rates.values[step], 1e-15 * first) << "update " << step;
    optimizer.step(w, read("plan.g" + std::to_string(step) + "_"));
  }
  expect_equal(w.tensors, name + ".", 1e-14, worst);
  worst.print(name.c_str());
}

std::vector<std::pair<std::string, OptimizerSpec>> rules() {
  return {{"sgd", Sgd{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}},
          {"adam", Adam{.learning_rate = 0.01}},
          {"rmsprop", RmsProp{.learning_rate = 0.01, .momentum = 0.5, .centered = true}}};
}

TEST(Optimizers, Schedules) {
  const std::vector<std::pair<std::string, Schedule>> schedules = {
      {"linear_to_zero", schedule::linear_to_zero({.from = 3, .steps = 4})},
      {"step", schedule::step({.every = 3, .factor = 0.3})},
      {"exponential", schedule::exponential({.factor = 0.7})},
      {"cosine", schedule::cosine({.steps = 7, .floor = 0.1})},
      {"warm_up", schedule::warm_up({.steps = 4}, schedule::exponential({.factor = 0.7}))},
      {"ramp", schedule::ramp({.from = 0.2, .to = 0.8, .steps = 5})}};
  for (const auto& [kind, rule] : rules())
    for (const auto& [name, schedule] : schedules) check_plan(kind + "_" + name, rule.learning_rate(schedule));
}

TEST(Optimizers, Limits) {
  for (const auto& [kind, rule] : rules()) {
    check_plan(kind + "_clip_norm", rule.clip_gradient_norm(2));
    check_plan(kind + "_clip_weights", rule.clip_weights(0.3));
    check_plan(kind + "_everything",
               rule.learning_rate(schedule::exponential({.factor = 0.7})).clip_gradient_norm(2).clip_weights(0.3));
  }
}

TEST(Optimizers, ScheduledMomentum) {
  for (const auto& [kind, rule] : rules())
    if (kind != "adam")
      check_plan(kind + "_momentum_ramp", rule.momentum(schedule::ramp({.from = 0.5, .to = 0.9, .steps = 5})));
}

}  // namespace
