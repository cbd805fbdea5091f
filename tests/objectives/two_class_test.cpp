#include "gan/objectives/two_class.hpp"

#include "gan/objectives/relativistic.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using Scored = BasicScores<double>;
using reference::input;

TEST(TwoClassReference, IsTheCrossEntropyOfTheClasses) {
  reference::expect_objective_as_pytorch("two_class", TwoClass{}, "real_two", "fake_two");
}

TEST(TwoClass, TakesAnyObjectiveOfTheLogOdds) {
  const TwoClass objective{.objective = Relativistic{}};
  const D real = D::from({0, 3, 1, 1}, {2, 2}), fake = D::from({2, 0, 0, 1}, {2, 2});
  Pass pass = Pass::training();
  EXPECT_EQ(objective.d(Scored(real), Scored(fake), pass).item(),
            Relativistic{}.d(D::from({3, 0}, {2, 1}), D::from({-2, 1}, {2, 1})).item());
  EXPECT_EQ(generator_loss(objective, fake, [&] { return real; }).item(),
            Relativistic{}.g(D::from({3, 0}, {2, 1}), D::from({-2, 1}, {2, 1})).item());
}

TEST(TwoClass, OtherLogitsThrow) { EXPECT_THROW(TwoClass{}.g(Scored(D::ones({3, 1}))), ShapeError); }

}  // namespace
}  // namespace gan
