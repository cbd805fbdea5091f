// The objectives of Goodfellow et al. 2014, by their formulas.
#include "gan/objectives/adversarial.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gan {
namespace {

TEST(Objectives, FollowThePaper) {
  const Tensor<double> real = Tensor<double>::from({0.3, -0.7}, Shape{2, 1}),
                       fake = Tensor<double>::from({1.1, -0.2}, Shape{2, 1});
  auto log_sigmoid = [](double x) { return -std::log1p(std::exp(-x)); };
  const double d = -(log_sigmoid(0.3) + log_sigmoid(-0.7)) / 2 - (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{}.d<double>(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(Saturating{}.d<double>(real, fake).item(), d, 1e-12);
  EXPECT_NEAR(NonSaturating{}.g<double>(fake).item(), -(log_sigmoid(1.1) + log_sigmoid(-0.2)) / 2, 1e-12);
  EXPECT_NEAR(Saturating{}.g<double>(fake).item(), (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2, 1e-12);
  const double smooth =
      -(0.9 * log_sigmoid(0.3) + 0.1 * log_sigmoid(-0.3) + 0.9 * log_sigmoid(-0.7) + 0.1 * log_sigmoid(0.7)) / 2 -
      (log_sigmoid(-1.1) + log_sigmoid(0.2)) / 2;
  EXPECT_NEAR(NonSaturating{.real_label = 0.9}.d<double>(real, fake).item(), smooth, 1e-12);
}

}  // namespace
}  // namespace gan
