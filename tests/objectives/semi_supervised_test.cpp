#include "gan/objectives/semi_supervised.hpp"

#include "gan/objectives/feature_matching.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using Scored = BasicScores<double>;
using reference::input;

TEST(SemiSupervisedReference, AgreesWithPyTorch) {
  const auto labelled = [](const Tensors<double>& x) {
    return SemiSupervised{}.d(Scored(x[0], {}, input("some")), Scored(x[1]));
  };
  reference::expect_as_pytorch({"semi_supervised.d", {"real_classes", "fake_classes"}, labelled});
  reference::expect_as_pytorch(
      {"semi_supervised_unlabelled.d", {"real_classes", "fake_classes"}, [](const Tensors<double>& x) {
         Pass pass = Pass::training();
         return FeatureMatching<SemiSupervised>{}.d(Scored(x[0]), Scored(x[1]), pass);
       }});
  reference::expect_as_pytorch({"semi_supervised.g", {"fake_classes"}, [](const Tensors<double>& x) {
                                  return SemiSupervised{}.g(Scored(x[0]));
                                }});
}

TEST(SemiSupervised, TheProbabilityOfRealIsThatOfAnyClassAgainstClassZeroLogit) {
  const D logits = input("real_classes");
  const D with_fake = concat<double>({logits, D::zeros({5, 1})}, 1);  // class K + 1
  const D p_real = 1.0 - exp(slice(log_softmax(with_fake), 1, 4, 5));
  const D d = sigmoid(SemiSupervised::real_logit(logits));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(d.to_vector()[i], p_real.to_vector()[i], 1e-14);
}

TEST(SemiSupervised, WeightsAreThoseOfTheTwoParts) {
  const Scored real(input("real_classes"), {}, input("some")), fake(input("fake_classes"));
  const double both = SemiSupervised{}.d(real, fake).item(),
               labelled = SemiSupervised{.unlabelled = 0}.d(real, fake).item(),
               unlabelled = SemiSupervised{.labelled = 0}.d(real, fake).item();
  EXPECT_NEAR(both, labelled + unlabelled, 1e-14);
  EXPECT_NEAR(labelled, SemiSupervised::classification(real.logits, real.labels).item(), 1e-15);
  EXPECT_EQ(SemiSupervised::classification(real.logits, D::full({5}, -1)).item(), 0);
  EXPECT_NEAR(SemiSupervised::classification(real.logits, input("labels")).item(),
              cross_entropy(real.logits, input("labels")).item(), 1e-15);
}

TEST(SemiSupervised, OtherShapesThrow) {
  EXPECT_THROW(SemiSupervised{}.g(Scored(D::ones({5}))), ShapeError);
  EXPECT_THROW(SemiSupervised::classification(D::ones({5, 4}), D::ones({4})), ShapeError);
}

}  // namespace
}  // namespace gan
