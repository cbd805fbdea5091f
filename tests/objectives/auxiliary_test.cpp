#include "gan/objectives/auxiliary.hpp"

#include "gan/objectives/relativistic.hpp"
#include "support/objective_reference.hpp"

namespace gan {
namespace {

using D = Tensor<double>;
using Scored = BasicScores<double>;
using reference::input;

TEST(AuxiliaryClassifierReference, AgreesWithPyTorch) {
  const AuxiliaryClassifier<> objective{.on_real = 2, .on_fake = 0.5, .of_generator = 0.1};
  for (const D& labels : {input("labels"), one_hot(input("labels"), 4)}) {
    reference::expect_as_pytorch(
        {"auxiliary.d", {"real", "fake", "real_classes", "fake_classes"}, [&](const Tensors<double>& x) {
           Pass pass = Pass::training();
           return objective.d(Scored(x[0], x[2], labels), Scored(x[1], x[3], labels), pass);
         }});
    reference::expect_as_pytorch({"auxiliary.g", {"fake", "fake_classes"}, [&](const Tensors<double>& x) {
                                    return objective.g(Scored(x[0], x[1], labels));
                                  }});
  }
}

TEST(AuxiliaryClassifier, FakesNeedNoClassesWhereTheyDoNotCount) {
  const AuxiliaryClassifier<> objective{.on_real = 2, .on_fake = 0};
  const Scored real(input("real"), input("real_classes"), input("labels")), fake(input("fake"));
  Pass pass = Pass::training();
  EXPECT_NO_THROW(objective.d(real, fake, pass));
  EXPECT_THROW(objective.g(fake), ValueError);
}

TEST(AuxiliaryClassifier, TakesObjectivesOfBothScores) {
  const AuxiliaryClassifier objective{.objective = Relativistic{}};
  const Scored real(input("real")), fake(input("fake"), input("fake_classes"), input("labels"));
  EXPECT_NEAR(generator_loss(objective, fake, [&] { return real; }).item(),
              Relativistic{}.g(real.logits, fake.logits).item() + cross_entropy(fake.features, fake.labels).item(),
              1e-14);
}

TEST(AuxiliaryClassifier, LabelsOfAnotherShapeThrow) {
  const Scored wrong(input("fake"), input("fake_classes"), D::ones({5, 3}));
  EXPECT_THROW(AuxiliaryClassifier<>{}.g(wrong), ShapeError);
}

}  // namespace
}  // namespace gan
