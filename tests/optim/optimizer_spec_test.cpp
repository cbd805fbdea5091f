// Eight steps under limits and a momentum that changes, for every optimizer, against PyTorch in double.
#include "gan/optim/optimizer_spec.hpp"

#include "support/optimizer_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

TEST(OptimizerSpecReference, Limits) {
  for (const auto& [kind, rule] : rules()) {
    check_plan(kind + "_clip_norm", rule.clip_gradient_norm(2));
    check_plan(kind + "_clip_weights", rule.clip_weights(0.3));
    check_plan(kind + "_everything",
               rule.learning_rate(schedule::exponential({.factor = 0.7})).clip_gradient_norm(2).clip_weights(0.3));
  }
}

TEST(OptimizerSpecReference, ScheduledMomentum) {
  for (const auto& [kind, rule] : rules())
    if (kind != "adam")
      check_plan(kind + "_momentum_ramp", rule.momentum(schedule::ramp({.from = 0.5, .to = 0.9, .steps = 5})));
}

}  // namespace
