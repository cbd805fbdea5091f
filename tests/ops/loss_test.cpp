// Losses: the cases that value_test, gradient_test, threads_test and devices read, errors, and PyTorch.
#include "gan/ops/loss.hpp"

#include <gtest/gtest.h>

#include "support/cases.hpp"
#include "support/errors.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace naive;

double bce(double x, double t) { return std::log1p(std::exp(x)) - t * x; }

const Cases cases{
    make_case(
        "bce_with_logits", {{4, 1}}, [](auto& x) { return bce_with_logits(x[0], 0.9); },
        [](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 0.9); })); }),
    make_case(
        "bce_with_logits.one", {{4, 1}},
        [](auto& x) { return bce_with_logits(x[0], 1.0) + bce_with_logits(x[0], 0.0); },
        [](auto& x) { return scalar(mean_of(x[0], [&](double v) { return bce(v, 1) + bce(v, 0); })); }),
    make_case(
        "bce_with_logits.targets", {{4}, {4}}, [](auto& x) { return bce_with_logits(x[0], x[1]); },
        [](auto& x) {
          double t = 0;
          for (std::size_t i = 0; i < 4; ++i) t += bce(x[0].values[i], x[1].values[i]);
          return scalar(t / 4);
        }),
    make_case(
        "mse", {{2, 3}, {2, 3}}, [](auto& x) { return mse(x[0], x[1]); },
        [](auto& x) {
          double t = 0;
          for (std::size_t i = 0; i < 6; ++i) t += std::pow(x[0].values[i] - x[1].values[i], 2);
          return scalar(t / 6);
        }),
    make_case(
        "l1", {{2, 3}, {2, 3}}, [](auto& x) { return l1(x[0], x[1]); },
        [](auto& x) {
          double t = 0;
          for (std::size_t i = 0; i < 6; ++i) t += std::abs(x[0].values[i] - x[1].values[i]);
          return scalar(t / 6);
        }),
    make_case(
        "cross_entropy", {{3, 4}},
        [](auto& x) {
          return cross_entropy(x[0], {2, 0, 3});
        },
        [](auto& x) {
          const i64 label[] = {2, 0, 3};
          double t = 0;
          for (i64 r = 0; r < 3; ++r) {
            double e = 0;
            for (i64 c = 0; c < 4; ++c) e += std::exp(x[0].at({r, c}));
            t += std::log(e) - x[0].at({r, label[r]});
          }
          return scalar(t / 3);
        }),
    make_case(
        "cross_entropy.of_labels", {{3, 4}},
        [](auto& x) {
          using T = typename std::remove_cvref_t<decltype(x[0])>::value_type;
          return cross_entropy(x[0], Tensor<T>::from({T(2), T(0), T(3)}, Shape{3}).to(x[0].device()));
        },
        [](auto& x) {
          const i64 label[] = {2, 0, 3};
          double t = 0;
          for (i64 r = 0; r < 3; ++r) {
            double e = 0;
            for (i64 c = 0; c < 4; ++c) e += std::exp(x[0].at({r, c}));
            t += std::log(e) - x[0].at({r, label[r]});
          }
          return scalar(t / 3);
        }),
};

TEST(OpsLoss, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  expect_error<ShapeError>([&] { mse(matrix, zeros({3, 2})); }, "[mse] shapes differ: (2, 3), (3, 2)");
  expect_error<ShapeError>([&] { cross_entropy(matrix, {1}); }, "[cross_entropy] one label per row");
  expect_error<ShapeError>([&] { cross_entropy(matrix, zeros({3})); }, "[cross_entropy] one label per row");
  for (const float label : {-1.0f, 0.5f, 3.0f})
    expect_error<ValueError>([&] { cross_entropy(matrix, Var::full({2}, label)); }, "[cross_entropy] label");
  expect_error<ValueError>([&] { bce_with_logits(matrix, 2.0); }, "[bce_with_logits] the target must lie in [0, 1]");
}

TEST(OpsLoss, SaturatedLossesStayFinite) {
  for (const float logit : {-1e4f, -100.0f, 0.0f, 100.0f, 1e4f}) {
    for (const double target : {0.0, 0.9, 1.0}) {
      const Var x = leaf(Var::from({logit}, Shape{1, 1}));
      const Var loss = bce_with_logits(x, target);
      EXPECT_TRUE(std::isfinite(loss.item()));
      const double expected = 1 / (1 + std::exp(-static_cast<double>(logit))) - target;
      EXPECT_NEAR(static_cast<double>(grad(loss, {x})[0].item()), expected, 1e-6) << logit << " " << target;
    }
  }
}

using LossReference = reference::LayerReference;

TEST_F(LossReference, BinaryCrossEntropyWithLogits) {
  using namespace reference;
  using D = Tensor<double>;
  for (const std::string name : {"bce_ones", "bce_zeros", "bce_smooth"}) {
    const double target = layer_file().number(name + ".target");
    check_function(name, [&](const D& x) { return bce_with_logits(x, target); });
    check_function(name, [&](const D& x) { return bce_with_logits(x, D::full(x.shape(), target, x.device())); });
  }
}

TEST_F(LossReference, CrossEntropyOfLabels) {
  using namespace reference;
  using D = Tensor<double>;
  const D labels = tensor<double>(op_file()["cross_entropy.labels"]);
  check_function("cross_entropy", [&](const D& x) { return cross_entropy(x, labels); });
  check_function("cross_entropy", [&](const D& x) { return cross_entropy(x, {2, 0, 4, 2}); });
}

}  // namespace
}  // namespace gan
