// What optimizers say in ops about their steps, against the steps themselves and against finite differences.
#include "gan/optim/optimizer.hpp"

#include <gtest/gtest.h>

#include "gan/grad/grad.hpp"
#include "gan/grad/gradcheck.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {
namespace {

using Double = Tensor<double>;

std::vector<OptimizerSpec> specs() {
  return {Adam{.learning_rate = 0.1},
          Adam{.learning_rate = 0.1, .weight_decay = 0.3},
          OptimizerSpec(Adam{.learning_rate = 0.1}).beta2(schedule::ramp({.from = 0.9, .to = 0.99, .steps = 2})),
          Sgd{.learning_rate = 0.1},
          Sgd{.learning_rate = 0.1, .momentum = 0.9, .dampening = 0.2, .weight_decay = 0.1},
          Sgd{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true},
          RmsProp{.learning_rate = 0.1, .weight_decay = 0.1},
          RmsProp{.learning_rate = 0.1, .momentum = 0.5, .centered = true},
          OptimizerSpec(Sgd{.learning_rate = 0.1}).clip_weights(1.5)};
}

Parameters<double> start() {
  return {{"a", "b"}, {leaf(Double::from({1, -2, 3}, Shape{3})), leaf(Double::from({0.5}, Shape{1}))}};
}
/// A function of the parameters with other gradients in every step.
Double loss(const Tensors<double>& w) { return sum(square(square(w[0]))) * 0.1 + sum(exp(w[1])) * sum(w[0]); }

TEST(Ahead, IsWhatStepDoes) {
  for (const OptimizerSpec& spec : specs()) {
    Parameters<double> p = start();
    Optimizer<double> own(spec), ahead(spec);
    ahead.prepare(p);
    Tensors<double> w = start().tensors;
    for (int step = 0; step < 3; ++step) {
      own.step(p, grad(loss(p.tensors), p.tensors));
      w = ahead.ahead(w, grad(loss(w), w, true));
      for (std::size_t i = 0; i < w.size(); ++i)
        for (i64 k = 0; k < w[i].size(); ++k)
          EXPECT_NEAR(w[i].data()[k], p.tensors[i].data()[k], 1e-13) << spec.text() << "step " << step;
    }
    EXPECT_EQ(ahead.updates(), 3u);
  }
}

TEST(Ahead, HasDerivatives) {
  for (const OptimizerSpec& spec : specs()) {
    const auto later = [&spec](const Tensors<double>& from) {
      Optimizer<double> ahead(spec);
      ahead.prepare(Parameters<double>{{"a", "b"}, from});
      Tensors<double> w = from;
      for (int step = 0; step < 2; ++step) w = ahead.ahead(w, grad(loss(w), w, true));
      return sum(square(w[0])) + sum(w[1]);
    };
    const auto result = gradcheck<double>(later, start().tensors);
    EXPECT_TRUE(result.passed) << spec.text() << result.message;
  }
}

// The second moment of a gradient that is exactly 0 has no root that could be differentiated without the shift.
TEST(Ahead, OfAGradientOfZeroHasAFiniteDerivative) {
  for (const OptimizerSpec& spec : {OptimizerSpec(Adam{}), OptimizerSpec(RmsProp{})}) {
    const Parameters<double> p{{"a"}, {leaf(Double::from({1}, Shape{1}))}};
    Optimizer<double> ahead(spec);
    ahead.prepare(p);
    const Tensors<double> w = ahead.ahead(p.tensors, grad(sum(square(p.tensors[0] - 1.0)), p.tensors, true));
    EXPECT_TRUE(std::isfinite(grad(sum(w[0]), p.tensors)[0].item())) << spec.text();
  }
}

TEST(Beta2, FollowsASchedule) {
  const auto spec = OptimizerSpec(Adam{}).beta2(schedule::cosine_ramp({.from = 0.9, .to = 0.99, .steps = 10}));
  EXPECT_DOUBLE_EQ(spec.beta2_at(0), 0.9);
  EXPECT_NEAR(spec.beta2_at(5), 0.945, 1e-15);
  EXPECT_DOUBLE_EQ(spec.beta2_at(100), 0.99);
  EXPECT_NE(spec.text().find("beta2's schedule = cosine_ramp(from 0.9, to 0.99, steps 10)"), std::string::npos);
  EXPECT_EQ(OptimizerSpec(Adam{}).text().find("beta2's schedule"), std::string::npos);
  EXPECT_THROW(OptimizerSpec(Sgd{}).beta2(0.9), ValueError);
}

}  // namespace
}  // namespace gan
