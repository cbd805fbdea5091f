// Every objective with a penalty that suits it: a new one is enrolled in the tests that go through this list by a line.
#pragma once

#include <string>

#include "gan/objectives/auxiliary.hpp"
#include "gan/objectives/consistency.hpp"
#include "gan/objectives/energy.hpp"
#include "gan/objectives/feature_matching.hpp"
#include "gan/objectives/hinge.hpp"
#include "gan/objectives/interpolates.hpp"
#include "gan/objectives/labels.hpp"
#include "gan/objectives/lecam.hpp"
#include "gan/objectives/mutual_information.hpp"
#include "gan/objectives/penalties.hpp"
#include "gan/objectives/relativistic.hpp"
#include "gan/objectives/semi_supervised.hpp"
#include "gan/objectives/two_class.hpp"
#include "gan/objectives/wasserstein.hpp"

namespace gan::test {

/// What the scores of an objective hold.
enum class Head {
  logit,      ///< logits (N, 1)
  features,   ///< and features
  auxiliary,  ///< and the logits of classes as features, with labels
  codes,      ///< and means of codes as features, with codes (N, m) as labels
  classes,    ///< logits of classes (N, K), with labels of reals
  two,        ///< logits (N, 2)
  energy,     ///< energies (N, 1), and features
};

/// How small networks learn a ring of Gaussians with it.
struct RingPlan {
  double rate = 1e-3, beta1 = 0, beta2 = 0.99;  ///< of Adam, for both players
  int discriminator_steps = 1;
  bool covers = true;  ///< finds all modes; otherwise it is known not to, and only trained
};

template <class Objective, class Penalty = NoPenalty>
struct ObjectiveCase {
  std::string name;
  Objective objective;
  Penalty penalty = {};
  Head head = Head::logit;
  RingPlan plan = {};
};
template <class Objective>
ObjectiveCase(const char*, Objective) -> ObjectiveCase<Objective>;
template <class Objective, class Penalty, class... Rest>
ObjectiveCase(const char*, Objective, Penalty, Rest...) -> ObjectiveCase<Objective, Penalty>;

/// Small shifts of all points, as an augmentation.
struct Jitter {
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    return x + 0.05 * randn<T>(x.shape(), pass.rng, x.device());
  }
};

/// Calls f(case) for each objective.
template <class T, class F>
void each_objective(const F& f) {
  using enum RelativisticLoss;
  using enum RelativisticTo;
  const RingPlan critic{.beta2 = 0.9, .discriminator_steps = 5};
  f(ObjectiveCase{"non-saturating", NonSaturating{}, R1{0.1}});
  f(ObjectiveCase{"one-sided smoothing", NonSaturating{.real_label = 0.9}, R1{0.1}});
  f(ObjectiveCase{"noisy labels", NoisyLabels{}, R1{0.1}});
  f(ObjectiveCase{"minimax", Saturating{}, R1{0.1}});
  f(ObjectiveCase{"non-saturating, 0-GP", NonSaturating{}, ZeroCentered{0.1}});
  f(ObjectiveCase{"non-saturating, DRAGAN", NonSaturating{}, Dragan{0.1}});
  f(ObjectiveCase{"non-saturating, bCR", NonSaturating{}, R1{0.1} + Consistency{Jitter{}}});
  f(ObjectiveCase{"least squares", LeastSquares{}, R1{0.1}});
  f(ObjectiveCase{"mean squared error", LeastSquares{.scale = 1}, R1{0.1}});
  f(ObjectiveCase{"Wasserstein", Wasserstein{}, GradientPenalty{0.1}, Head::logit, critic});
  f(ObjectiveCase{"Wasserstein, one-sided", Wasserstein{}, GradientPenalty{.lambda = 0.1, .one_sided = true},
                  Head::logit, critic});
  f(ObjectiveCase{"hinge", Hinge{}, R1{0.1}});
  f(ObjectiveCase{"relativistic pairing", Relativistic{}, R1{0.1} + R2{0.1}});
  f(ObjectiveCase{"relativistic pairing, least squares", Relativistic{.loss = least_squares}, R1{0.1} + R2{0.1}});
  f(ObjectiveCase{"relativistic pairing, hinge", Relativistic{.loss = hinge}, R1{0.1} + R2{0.1}});
  f(ObjectiveCase{"relativistic average", Relativistic{.to = average}, R1{0.1}});
  f(ObjectiveCase{"relativistic average, least squares", Relativistic{.loss = least_squares, .to = average}, R1{0.1}});
  f(ObjectiveCase{"relativistic average, hinge", Relativistic{.loss = hinge, .to = average}, R1{0.1}});
  f(ObjectiveCase{"LeCam", LeCam<Hinge, T>{.start = 100}, R1{0.1}});
  f(ObjectiveCase{"two classes", TwoClass{}, NoPenalty{}, Head::two});
  f(ObjectiveCase{"feature matching", FeatureMatching{}, R1{0.1}, Head::features, RingPlan{.covers = false}});
  f(ObjectiveCase{"auxiliary classifier", AuxiliaryClassifier{}, R1{0.1}, Head::auxiliary});
  f(ObjectiveCase{"mutual information", MutualInformation<>{.classes = 0}, R1{0.1}, Head::codes});
  f(ObjectiveCase{"semi-supervised", SemiSupervised{}, NoPenalty{}, Head::classes, RingPlan{.covers = false}});
  f(ObjectiveCase{"semi-supervised, feature matching", FeatureMatching<SemiSupervised>{}, NoPenalty{}, Head::classes,
                  RingPlan{.covers = false}});
  f(ObjectiveCase{"energy-based", EnergyBased{.margin = 1, .pulling_away = 0.1}, NoPenalty{}, Head::energy,
                  RingPlan{.covers = false}});
  f(ObjectiveCase{"boundary equilibrium", BasicBoundaryEquilibrium<T>{}, NoPenalty{}, Head::energy,
                  RingPlan{.covers = false}});
}

}  // namespace gan::test
