// Values of schedules, worked out by hand, and the options they refuse; steps under them against PyTorch.
#include "gan/optim/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/core/error.hpp"
#include "support/optimizer_reference.hpp"

namespace gan {
namespace {

void expect_values(const Schedule& schedule, const std::vector<double>& values) {
  for (u64 n = 0; n < values.size(); ++n) EXPECT_NEAR(schedule(n), values[n], 1e-15) << "after " << n << " updates";
}

TEST(Schedule, Constant) {
  expect_values(schedule::constant(), {1, 1, 1});
  expect_values(0.25, {0.25, 0.25});
  expect_values([](u64 n) { return 2.0 * static_cast<double>(n); }, {0, 2, 4});
}

TEST(Schedule, LinearToZero) {
  expect_values(schedule::linear_to_zero({.from = 2, .steps = 4}), {1, 1, 1, 0.75, 0.5, 0.25, 0, 0, 0});
  expect_values(schedule::linear_to_zero({.steps = 2}), {1, 0.5, 0, 0});
}

TEST(Schedule, Step) { expect_values(schedule::step({.every = 2, .factor = 0.5}), {1, 1, 0.5, 0.5, 0.25, 0.25}); }

TEST(Schedule, Exponential) {
  expect_values(schedule::exponential({.factor = 0.5, .floor = 0.1}), {1, 0.5, 0.25, 0.125, 0.1, 0.1});
  // Goodfellow et al.: 0.1 divided by 1.000004 at every update, never below 1e-6. The logarithm says when: ln(1e5) /
  // ln(1.000004) = 2878237.1 updates.
  const Schedule rate = schedule::exponential({.factor = 1 / 1.000004, .floor = 1e-5});
  EXPECT_NEAR(rate(125000), std::exp(-125000 * std::log1p(4e-6)), 1e-10);  // the factor is rounded
  EXPECT_GT(rate(2878237), 1e-5);
  EXPECT_EQ(rate(2878238), 1e-5);
  EXPECT_EQ(rate(u64{1} << 60), 1e-5);
}

TEST(Schedule, Inverse) {
  expect_values(schedule::inverse({.rate = 0.5}), {1, 1 / 1.5, 0.5, 0.4});
  expect_values(schedule::inverse({.rate = 0}), {1, 1});
}

TEST(Schedule, Cosine) {
  const double root = std::sqrt(0.5);
  expect_values(schedule::cosine({.steps = 4}), {1, (1 + root) / 2, 0.5, (1 - root) / 2, 0, 0, 0});
  expect_values(schedule::cosine({.steps = 2, .floor = 0.5}), {1, 0.75, 0.5, 0.5});
}

TEST(Schedule, WarmUp) {
  expect_values(schedule::warm_up({.steps = 4}), {0.25, 0.5, 0.75, 1, 1, 1});
  expect_values(schedule::warm_up({.steps = 2}, schedule::linear_to_zero({.steps = 2})), {0.5, 1, 1, 0.5, 0});
  expect_values(schedule::warm_up({.steps = 2}, 3.0), {1.5, 3, 3});
}

TEST(Schedule, Ramp) {
  expect_values(schedule::ramp({.from = 0.5, .to = 0.7, .steps = 4}), {0.5, 0.55, 0.6, 0.65, 0.7, 0.7});
  expect_values(schedule::ramp({.from = 1, .to = 0, .steps = 1}), {1, 0, 0});
}

TEST(Schedule, RefusesWhatMeansNothing) {
  EXPECT_THROW(schedule::linear_to_zero({.from = -1}), ValueError);
  EXPECT_THROW(schedule::linear_to_zero({.steps = 0}), ValueError);
  EXPECT_THROW(schedule::step({.every = 0}), ValueError);
  EXPECT_THROW(schedule::step({.factor = 0}), ValueError);
  EXPECT_THROW(schedule::exponential({.factor = -1}), ValueError);
  EXPECT_THROW(schedule::exponential({.factor = 0.5, .floor = 2}), ValueError);
  EXPECT_THROW(schedule::inverse({.rate = -1}), ValueError);
  EXPECT_THROW(schedule::cosine({.steps = 0}), ValueError);
  EXPECT_THROW(schedule::cosine({.floor = -0.1}), ValueError);
  EXPECT_THROW(schedule::warm_up({.steps = 0}), ValueError);
  EXPECT_THROW(schedule::ramp({.steps = 0}), ValueError);
}

TEST(Schedule, CosineRampsBetweenAnyTwoValues) {
  const Schedule up = schedule::cosine_ramp({.from = 0.05, .to = 0.005, .steps = 100});
  EXPECT_DOUBLE_EQ(up(0), 0.05);
  EXPECT_NEAR(up(50), 0.0275, 1e-15);
  EXPECT_NEAR(up(25), 0.005 + 0.045 * (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_DOUBLE_EQ(up(1000), 0.005);
  EXPECT_THROW(schedule::cosine_ramp({.steps = 0}), ValueError);
}

TEST(Schedule, DecaysOfMovingAverages) {
  EXPECT_DOUBLE_EQ(schedule::average(0.999)(0), 0.1);
  EXPECT_DOUBLE_EQ(schedule::average(0.5)(100), 0.5);
  const Schedule fixed = schedule::half_life({.images = 1000, .batch_size = 10});
  EXPECT_NEAR(std::pow(fixed(5), 100), 0.5, 1e-12);
  // Karras et al. 2020: the half-life is at most a share of the examples so far.
  const Schedule ramped = schedule::half_life({.images = 1000, .batch_size = 10, .ramp_up = 0.05});
  EXPECT_EQ(ramped(0), 0);
  EXPECT_NEAR(ramped(40), std::pow(0.5, 10 / 20.0), 1e-15);
  EXPECT_NEAR(ramped(100000), fixed(0), 1e-15);
  EXPECT_THROW(schedule::average(1), ValueError);
  EXPECT_THROW(schedule::half_life({.batch_size = 0}), ValueError);
}

TEST(Schedule, IsReadInTheRoundOfAPass) {
  const Schedule count = [](u64 n) { return static_cast<double>(n); };
  Pass pass;
  EXPECT_EQ(count.at(pass), 0);
  const RoundNumber round = 7;
  pass.round = &round;
  EXPECT_EQ(count.at(pass), 7);
  EXPECT_FALSE(count.is_constant());
  EXPECT_TRUE(Schedule(3).is_constant());
  EXPECT_EQ(Schedule(3).at(pass), 3);
}

TEST(Schedule, SaysWhatItIs) {
  EXPECT_EQ(Schedule(0.25).text(), "0.25");
  EXPECT_EQ(schedule::linear_to_zero({.from = 2, .steps = 4}).text(), "linear_to_zero(from 2, steps 4)");
  EXPECT_EQ(schedule::cosine({.steps = 4, .floor = 0.5}).text(), "cosine(steps 4, floor 0.5)");
  EXPECT_EQ(schedule::exponential({.factor = 0.5}).text(), "exponential(factor 0.5, floor 0)");
  EXPECT_EQ(schedule::inverse({.rate = 0.5}).text(), "inverse(rate 0.5)");
  EXPECT_EQ(schedule::ramp({.steps = 3}).text(), "ramp(from 0, to 1, steps 3)");
  EXPECT_EQ(schedule::warm_up({.steps = 3}, schedule::step({.every = 2})).text(),
            "warm_up(steps 3, then step(every 2, factor 0.1))");
  EXPECT_EQ(Schedule([](u64 n) { return static_cast<double>(n); }).text(),
            "a function (at 0, 1, 10, 100, … updates: 0, 1, 10, 100, 1000, 10000, 1e+05)");
  EXPECT_EQ(Schedule("mine", [](u64) { return 1.0; }).text(), "mine");
}

// Eight steps of every optimizer under every schedule, against PyTorch in double.
TEST(ScheduleReference, OfEveryOptimizer) {
  using namespace reference;
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

}  // namespace
}  // namespace gan
