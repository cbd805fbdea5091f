// Objectives: the forms in which one may be written, and what each is given.
#include "gan/objectives/objective.hpp"

#include <gtest/gtest.h>

namespace gan {
namespace {

using D = Tensor<double>;

struct OfLogits {
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake) const {
    return mean(fake) - mean(real);
  }
  template <class T>
  Tensor<T> g(const Tensor<T>& fake) const {
    return -mean(fake);
  }
};
/// For programs that need no double, or no template.
struct OfScores {
  template <class T>
  Tensor<T> d(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    return mean(fake.logits) - mean(real.logits);
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    return -mean(fake.logits);
  }
};
struct OfBoth : OfLogits {
  template <class T>
  Tensor<T> g(const Tensor<T>& real, const Tensor<T>& fake) const {
    return mean(real) - mean(fake);
  }
};
struct OfBothScores : OfScores {
  template <class T>
  Tensor<T> g(const BasicScores<T>& real, const BasicScores<T>& fake) const {
    return mean(real.logits) - mean(fake.logits);
  }
};

const D& real() {
  static const D x = D::from({5, 7}, {2, 1});
  return x;
}
const D& fake() {
  static const D x = D::from({1, 2}, {2, 1});
  return x;
}
D never() {
  ADD_FAILURE() << "the generator's loss needs no real scores";
  return real();
}

TEST(ObjectiveForms, AllGiveTheDiscriminatorsLoss) {
  Pass pass;
  EXPECT_EQ(discriminator_loss(OfLogits{}, real(), fake(), pass).item(), -4.5);
  EXPECT_EQ(discriminator_loss(OfScores{}, real(), fake(), pass).item(), -4.5);
  EXPECT_EQ(discriminator_loss(OfBoth{}, real(), fake(), pass).item(), -4.5);
  EXPECT_EQ(discriminator_loss(OfBothScores{}, real(), fake(), pass).item(), -4.5);
}

TEST(ObjectiveForms, TheGeneratorsSeesRealScoresOnlyWhereItTakesThem) {
  EXPECT_EQ(generator_loss(OfLogits{}, fake(), never).item(), -1.5);
  EXPECT_EQ(generator_loss(OfScores{}, fake(), never).item(), -1.5);
  EXPECT_EQ(generator_loss(OfBoth{}, fake(), real).item(), 4.5);
  EXPECT_EQ(generator_loss(OfBothScores{}, fake(), real).item(), 4.5);
}

}  // namespace
}  // namespace gan
