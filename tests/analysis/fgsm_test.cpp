// Adversarial examples: closed forms of a linear classifier, bounds, targets, and training on them.
#include "gan/analysis/fgsm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/data/loader.hpp"
#include "gan/data/shapes.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/optim/adam.hpp"

namespace gan::analysis {
namespace {

using D = Tensor<double>;

/// Softmax regression of 3 numbers on 3 classes.
BasicDense<double> linear_net() {
  BasicDense<double> net(3, 3);
  net.weight.set(D::from({1, -2, 0, 0, 3, 0, -1, 1, 0}, {3, 3}));
  net.bias.set(D::from({0.1, 0, -0.2}, {3}));
  return net;
}

/// dJ/dx of softmax regression by hand: sum over classes of (p - y) times its row of weights.
std::vector<double> gradient_by_hand(const std::vector<double>& x, std::size_t label) {
  constexpr double w[3][3] = {{1, -2, 0}, {0, 3, 0}, {-1, 1, 0}}, b[3] = {0.1, 0, -0.2};
  double p[3], sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += p[c] = std::exp(b[c] + w[c][0] * x[0] + w[c][1] * x[1] + w[c][2] * x[2]);
  std::vector<double> g(3);
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t k = 0; k < 3; ++k) g[k] += (p[c] / sum - (c == label ? 1 : 0)) * w[c][k];
  return g;
}

TEST(Fgsm, MovesByTheSignOfTheGradientOfSoftmaxRegression) {
  auto net = linear_net();
  const std::vector<double> x{0.5, 0.4, 0.7};
  for (std::size_t label = 0; label < 3; ++label) {
    const D moved = fgsm(net, D::from(x, {1, 3}), {static_cast<i64>(label)}, {.epsilon = 0.125});
    const std::vector<double> g = gradient_by_hand(x, label);
    for (std::size_t k = 0; k < 3; ++k) {
      const double sign = g[k] > 0 ? 1 : g[k] < 0 ? -1 : 0;
      EXPECT_DOUBLE_EQ(moved.data()[k], x[k] + 0.125 * sign) << label << " " << k;
    }
    EXPECT_EQ(moved.data()[2], 0.7) << "no weight: the gradient is 0, and so is its sign";
  }
}

TEST(Fgsm, TowardsATargetIsTheOtherWay) {
  auto net = linear_net();
  const D x = D::from({0.5, 0.4, 0.7}, {1, 3});
  const D away = fgsm(net, x, {1}, {.epsilon = 0.125});
  const D towards = fgsm(net, x, {1}, {.epsilon = 0.125, .targeted = true});
  for (i64 k = 0; k < 3; ++k) EXPECT_DOUBLE_EQ(away.data()[k] + towards.data()[k], 2 * x.data()[k]);
}

TEST(Fgsm, StaysInRangeAndNearInManySteps) {
  auto net = linear_net();
  const D x = D::from({0.05, 0.98, 0.5, 0.4, 0.3, 0.2}, {2, 3});
  for (const i64 steps : {1, 7}) {
    const D y = fgsm(net, x, {0, 2}, {.epsilon = 0.2, .steps = steps, .step = 0.1});
    for (i64 k = 0; k < 6; ++k) {
      EXPECT_LE(std::abs(y.data()[k] - x.data()[k]), 0.2 + 1e-12);
      EXPECT_GE(y.data()[k], 0);
      EXPECT_LE(y.data()[k], 1);
    }
    EXPECT_FALSE(y.tracked());
  }
  // On [-1, 1] the same pixel may go below 0.
  EXPECT_LT(fgsm(net, x, {0, 2}, {.epsilon = 0.2, .low = -1}).data()[0] +
                fgsm(net, x, {0, 2}, {.epsilon = 0.2, .targeted = true, .low = -1}).data()[0],
            0.2);
  const D far = fgsm(net, x, {0, 2}, {.epsilon = 0.1, .steps = 4, .step = 0.1});
  EXPECT_NEAR(std::abs(far.data()[3] - 0.4), 0.1, 1e-12) << "later steps end within epsilon of the start";
}

TEST(Fgsm, WorksWhileNothingIsRecordedAndLeavesRunningStatistics) {
  Sequential net{Dense(4, 8), BatchNorm(8), LeakyReLU{}, Dense(8, 2)};
  init(net, 1);
  const auto numbers = [&net] {
    std::vector<float> all;
    each_param(net, [&](const std::string&, Param<float>& p) {
      for (const float v : p.to_vector()) all.push_back(v);
    });
    return all;
  };
  const auto before = numbers();
  const Var x = Var::full({3, 4}, 0.5f);
  const NoGrad constant;
  const Var y = fgsm(net, x, {0, 1, 1}, {.epsilon = 0.1}, Pass::training());
  EXPECT_EQ(numbers(), before);
  EXPECT_NE(y.to_vector(), x.to_vector());
}

TEST(Fgsm, RefusesOptionsThatMakeNoSense) {
  auto net = linear_net();
  const D x = D::ones({1, 3});
  EXPECT_THROW(fgsm(net, x, {0}, {.epsilon = -1}), ValueError);
  EXPECT_THROW(fgsm(net, x, {0}, {.steps = 0}), ValueError);
  EXPECT_THROW(fgsm(net, x, {0}, {.low = 1}), ValueError);
  EXPECT_THROW(fgsm(net, x, {0, 1}), ShapeError);
  EXPECT_THROW(fgsm(net, x, {3}), ValueError);
  Pass pass = Pass::training();
  EXPECT_THROW(adversarial_cross_entropy(net, x, {0}, {.clean = 1.5}, pass), ValueError);
  EXPECT_THROW(adversarial_cross_entropy(net, x, {0}, {.attack = {.targeted = true}}, pass), ValueError);
  EXPECT_THROW(classifier_accuracy(net, x, {0, 1}), ShapeError);
}

TEST(Fgsm, TheLossOfTrainingIsTheMeanOfBothAndItsGradientPassesBesideTheAttack) {
  auto net = linear_net();
  const D x = D::from({0.5, 0.4, 0.7}, {1, 3});
  Pass pass = Pass::training();
  const D loss = adversarial_cross_entropy(net, x, {1}, {.attack = {.epsilon = 0.125}}, pass);
  const D attacked = fgsm(net, x, {1}, {.epsilon = 0.125});
  const D both = 0.5 * cross_entropy(net(x, pass), {1}) + 0.5 * cross_entropy(net(attacked, pass), {1});
  EXPECT_DOUBLE_EQ(loss.item(), both.item());
  auto parameters = params(net);
  EXPECT_EQ(grad(loss, parameters.tensors)[0].to_vector(), grad(both, parameters.tensors)[0].to_vector());
}

TEST(ClassifierAccuracy, CountWhatIsRightAndHowSureTheyAre) {
  auto net = linear_net();
  // Logits 0.1, 0, -0.2 at the origin; far along x_1 class 1 is sure.
  const ClassifierAccuracy a = classifier_accuracy(net, D::from({0, 0, 0, 0, 20, 0}, {2, 3}), {1, 1});
  EXPECT_DOUBLE_EQ(a.accuracy, 0.5);
  const double e0 = std::exp(0.1), e1 = 1, e2 = std::exp(-0.2);
  EXPECT_NEAR(a.confidence, (e0 / (e0 + e1 + e2) + 1) / 2, 1e-9);
  EXPECT_EQ(a.images, 2);
}

std::vector<i64> whole(const Var& labels) {
  std::vector<i64> out;
  for (const float label : labels.values()) out.push_back(static_cast<i64>(label));
  return out;
}

TEST(AdversarialTraining, MakesAClassifierHarderToFool) {
  const data::Images images = data::shapes({.count = 2048, .size = 16, .channels = 1}).scale(0, 1);
  const data::Images test = data::shapes({.count = 300, .size = 16, .channels = 1, .split = data::Split::test});
  const data::Batch held_out = test.scale(0, 1).batches(300).batch_at(0);
  const FgsmOptions attack{.epsilon = 0.06};
  const auto right_under_attack = [&](bool defended) {
    Sequential net{Conv2D{{.in = 1, .out = 12, .kernel = 5, .stride = 2, .activation = LeakyReLU{}}},
                   Conv2D{{.in = 12, .out = 24, .kernel = 4, .stride = 2, .activation = LeakyReLU{}}}, Flatten{},
                   Dense(24 * 4, 5)};
    init(net, 1);
    data::Loader loader(images, {.batch_size = 64, .seed = 1});
    Optimizer<float> adam(Adam{.learning_rate = 3e-3, .beta1 = 0.9});
    auto parameters = params(net);
    Pass pass = Pass::training();
    for (u64 k = 0; k < 500; ++k) {
      const data::Batch b = loader.batch_at(k);
      const Var loss = defended ? adversarial_cross_entropy(net, b["x"], whole(b["labels"]), {.attack = attack}, pass)
                                : cross_entropy(net(b["x"], pass), whole(b["labels"]));
      adam.step(parameters, grad(loss, parameters.tensors));
    }
    const auto labels = whole(held_out["labels"]);
    const double clean = classifier_accuracy(net, held_out["x"], labels).accuracy;
    const double attacked = classifier_accuracy(net, fgsm(net, held_out["x"], labels, attack), labels).accuracy;
    const double iterated =
        classifier_accuracy(net, fgsm(net, held_out["x"], labels, {.epsilon = 0.06, .steps = 8, .step = 0.015}), labels)
            .accuracy;
    std::printf("[ fgsm     ] %s: right %.3f, attacked in 1 step %.3f, in 8 steps %.3f\n",
                defended ? "defended" : "undefended", clean, attacked, iterated);
    EXPECT_LE(iterated, attacked + 0.02);
    EXPECT_GT(clean, 0.4) << "chance is 0.2; it is 0.59 to 0.69, as the seed has it";
    return attacked;
  };
  EXPECT_GT(right_under_attack(true), 2 * right_under_attack(false)) << "3.1 to 4.1 times, as the seed has it";
}

}  // namespace
}  // namespace gan::analysis
