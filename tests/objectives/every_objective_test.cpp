// What every objective of the list must fulfil: tests/support/games/every_objective.hpp.
#include "support/games/every_objective.hpp"

#include <gtest/gtest.h>

#include <set>

#include "gan/grad/gradcheck.hpp"

namespace gan {
namespace {

using test::Head;

/// Scores of five examples with all that an objective may ask for.
template <class T>
BasicScores<T> scores(Head head, u64 seed) {
  Rng rng{seed};
  const i64 width = head == Head::two ? 2 : head == Head::classes ? 4 : 1;
  Tensor<T> logits = 1.5 * randn<T>({5, width}, rng);
  if (head == Head::energy) logits = abs(logits);
  const Tensor<T> features = randn<T>({5, 4}, rng);
  if (head == Head::codes) return {logits, features, tanh(randn<T>({5, 4}, rng))};
  return {logits, features, Tensor<T>::from({2, 0, 3, 3, 1}, {5})};
}
/// The scores with other logits and features.
template <class T>
BasicScores<T> with(const BasicScores<T>& s, const Tensor<T>& logits, const Tensor<T>& features) {
  return {logits, features, s.labels};
}

TEST(EveryObjective, HasFirstAndSecondDerivativesOfBothPlayersLosses) {
  test::each_objective<double>([](const auto& c) {
    SCOPED_TRACE(c.name);
    const BasicScores<double> real = scores<double>(c.head, 5), fake = scores<double>(c.head, 6);
    const Tensors<double> inputs{real.logits, real.features, fake.logits, fake.features};
    for (const bool discriminator : {true, false}) {
      const auto loss = [&](const Tensors<double>& x) {
        const auto on_real = with(real, x[0], x[1]), on_fake = with(fake, x[2], x[3]);
        // Every call is the first, so that neither random numbers nor state tell two calls apart.
        auto objective = c.objective;
        Pass pass = Pass::training(Rng{3});
        const Tensor<double> y = discriminator ? discriminator_loss<double>(objective, on_real, on_fake, pass)
                                               : generator_loss<double>(objective, on_fake, [&] {
                                                   NoGrad constant;
                                                   return detach(on_real);
                                                 });
        double zero = 0;  // keeps what a loss does not depend on in its history
        Tensor<double> all = y;
        for (const Tensor<double>& in : x) all = all + zero * sum(square(in));
        return all;
      };
      // The generator's loss takes reals as constants.
      Tensors<double> of = inputs;
      const auto with_constants = [&](const Tensors<double>& x) {
        return discriminator ? loss(x) : loss({inputs[0], inputs[1], x[0], x[1]});
      };
      if (!discriminator) of = {fake.logits, fake.features};
      for (const int order : {1, 2}) {
        const GradcheckResult result = gradcheck<double>(with_constants, of, {.order = order, .tolerance = 1e-6});
        EXPECT_TRUE(result) << (discriminator ? "d" : "g") << ", order " << order << ": " << result.message;
      }
    }
  });
}

TEST(EveryObjective, IsTheSameInBothScalarTypes) {
  std::vector<double> losses;
  const auto play = [&losses]<class T>(T, const auto& c) {
    const BasicScores<T> real = scores<T>(c.head, 5), fake = scores<T>(c.head, 6);
    Pass pass = Pass::training(Rng{3});
    losses.push_back(static_cast<double>(discriminator_loss<T>(c.objective, real, fake, pass).item()));
    losses.push_back(static_cast<double>(generator_loss<T>(c.objective, fake, [&] { return real; }).item()));
  };
  test::each_objective<double>([&](const auto& c) { play(0.0, c); });
  const std::vector<double> in_double = std::exchange(losses, {});
  test::each_objective<float>([&](const auto& c) { play(0.0f, c); });
  ASSERT_EQ(losses.size(), in_double.size());
  for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(losses[i], in_double[i], 1e-5) << "loss " << i;
}

TEST(EveryObjective, HasANameOfItsOwn) {
  std::set<std::string> names;
  test::each_objective<float>([&names](const auto& c) { EXPECT_TRUE(names.insert(c.name).second) << c.name; });
  EXPECT_GE(names.size(), 26u);
}

}  // namespace
}  // namespace gan
