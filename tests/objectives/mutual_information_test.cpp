// Its values and gradients against PyTorch are in tests/models/infogan_test.cpp.
#include "gan/objectives/mutual_information.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gan {
namespace {

using X = Tensor<double>;
using Scored = BasicScores<double>;

const X logits = X::from({0.3, -0.2}, {2, 1});

/// Two examples of category 1 and 0 with one continuous code each, of which Q is right about the second's category.
Scored fakes(const X& said) { return {logits, said, X::from({1, 0.5, 0, -0.25}, {2, 2})}; }

TEST(MutualInformation, IsWhatQDoesNotKnow) {
  const MutualInformation<> objective{.classes = 2, .categorical = 3, .continuous = 5};
  const Scored fake = fakes(X::from({0, 0, 0.5, std::log(4.0), 0, 0.75}, {2, 3}));
  const double category = (std::log(2.0) + std::log(1.25)) / 2, code = 0.25 + 0.5 * std::log(2 * M_PI);
  EXPECT_NEAR(objective.category_loss(fake).item(), category, 1e-14);
  EXPECT_NEAR(objective.code_loss(fake).item(), code, 1e-14);
  const double alone = NonSaturating{}.g(logits).item();
  EXPECT_NEAR(objective.g(fake).item(), alone + 3 * category + 5 * code, 1e-13);
  Pass pass = Pass::training();
  EXPECT_NEAR(objective.d(Scored(logits), fake, pass).item(),
              NonSaturating{}.d(logits, logits).item() + 3 * category + 5 * code, 1e-13);
}

TEST(MutualInformation, VariancesThatQLearnsCount) {
  const MutualInformation<> objective{.classes = 0};
  const Scored fake(logits, X::from({0, std::log(4.0), 1, 0}, {2, 2}), X::from({2, 1}, {2, 1}));
  // (2 - 0)^2 / 4 and log 4; (1 - 1)^2 and log 1.
  EXPECT_NEAR(objective.code_loss(fake).item(), 0.25 * (1 + std::log(4.0)) + 0.5 * std::log(2 * M_PI), 1e-14);
}

TEST(MutualInformation, MeasuresTheBound) {
  const MutualInformation<> objective{.classes = 2};
  std::vector<std::pair<std::string, double>> told;
  objective.measure(fakes(X::from({0, 100, 0, 100, 0, 0}, {2, 3})),
                    [&](const char* name, const X& value) { told.emplace_back(name, value.item()); });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].first, "information");
  EXPECT_NEAR(told[0].second, std::log(2.0), 1e-12) << "Q knows all that there is to know";
}

TEST(MutualInformation, OtherScoresThrow) {
  const MutualInformation<> objective{.classes = 2};
  EXPECT_THROW(objective.g(Scored(logits)), ValueError);
  EXPECT_THROW(objective.g(fakes(X::ones({2, 2}))), ShapeError);
  EXPECT_THROW(objective.g(fakes(X::ones({2, 5}))), ShapeError);
}

}  // namespace
}  // namespace gan
