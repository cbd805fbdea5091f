#include "gan/objectives/feature_matching.hpp"

#include "gan/objectives/hinge.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using Scored = BasicScores<double>;
using reference::input;

TEST(FeatureMatchingReference, AgreesWithPyTorch) {
  for (const bool absolute : {false, true})
    reference::expect_as_pytorch({absolute ? "feature_matching_absolute.g" : "feature_matching.g",
                                  {"fake_features"},
                                  [absolute](const Tensors<double>& x) {
                                    const Scored real(input("real"), leaf(input("real_features")));
                                    return FeatureMatching<>{.absolute = absolute}.g(real, Scored(input("fake"), x[0]));
                                  }});
}

TEST(FeatureMatching, MatchesMeansAndNotExamples) {
  // Other examples with the same mean.
  const Scored real(D::ones({2, 1}), D::from({0, 4, 2, 0}, {2, 2})),
      fake(D::ones({2, 1}), D::from({1, 2, 1, 2}, {2, 2}));
  EXPECT_EQ(FeatureMatching{}.g(real, fake).item(), 0);
}

TEST(FeatureMatching, RealFeaturesAreTargets) {
  const D real = leaf(input("real_features")), fake = leaf(input("fake_features"));
  const D loss = FeatureMatching{}.g(Scored(input("real"), real), Scored(input("fake"), fake));
  EXPECT_EQ(reference::largest(reference::array(grad(loss, {real})[0])), 0);
}

TEST(FeatureMatching, LeavesTheDiscriminatorItsObjective) {
  const FeatureMatching<Hinge> objective;
  Pass pass = Pass::training();
  EXPECT_EQ(objective.d(Scored(input("real")), Scored(input("fake")), pass).item(),
            Hinge{}.d(input("real"), input("fake")).item());
  EXPECT_THROW(objective.g(Scored(input("real")), Scored(input("fake"))), ValueError);
}

}  // namespace
}  // namespace gan
