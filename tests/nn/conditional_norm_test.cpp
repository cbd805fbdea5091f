// Conditional batch norm: its case, its classes and statistics, errors, and PyTorch.
#include "gan/nn/conditional_norm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/ops/random.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;
using testing::ElementsAre;

/// The layer with labels 0, 1, 0, 1, …, for tables of layers with one input.
struct Alternating {
  ConditionalBatchNorm norm;
  Var operator()(const Var& x, Pass& p) const {
    std::vector<float> labels;
    for (i64 i = 0; i < x.shape(0); ++i) labels.push_back(static_cast<float>(i % 2));
    return norm(x, Var::from(std::span<const float>(labels), Shape{x.shape(0)}, x.device()), p);
  }
  void visit(Visitor& v) { v("norm", norm); }
};

const LayerCases cases([] {
  const ConditionalBatchNormOptions options{.classes = 2, .channels = 8, .activation = LeakyReLU{0.2}};
  return std::vector<LayerCase>{
      {"ConditionalBatchNorm", Sequential(Alternating{ConditionalBatchNorm(options)}), image_input, image_input, 32},
      {"ConditionalBatchNorm", Sequential(Alternating{ConditionalBatchNorm(options)}), rows_input, rows_input, 32},
  };
});

TEST(ConditionalBatchNorm, StartsAsBatchNormWhateverTheInitializerAndScalesByClass) {
  ConditionalBatchNorm norm({.classes = 2, .channels = 3});
  BatchNorm plain(3);
  init(norm, 1, initializer::normal(0.02));
  init(plain, 1);
  Rng rng{2};
  const Var x = rand<float>({4, 2, 2, 3}, rng, -1, 3), labels = Var::from({0, 1, 1, 0}, Shape{4});
  Pass pass = Pass::training();
  const Var expected = plain(x, pass);
  EXPECT_EQ(norm(x, labels, pass).to_vector(), expected.to_vector());
  EXPECT_EQ(norm.running_mean.to_vector(), plain.running_mean.to_vector());
  EXPECT_EQ(norm.running_var.to_vector(), plain.running_var.to_vector()) << "one for all classes";
  norm.weight.set(Var::from({1, 1, 1, 2, 2, 2}, Shape{2, 3}));
  norm.bias.set(Var::from({0, 0, 0, 5, 5, 5}, Shape{2, 3}));
  const Var y = norm(x, labels, pass);
  EXPECT_EQ(rows(y, 0, 1).to_vector(), rows(expected, 0, 1).to_vector());
  EXPECT_EQ(rows(y, 1, 3).to_vector(), affine(rows(expected, 1, 3), 2, 5).to_vector());
}

TEST(ConditionalBatchNorm, RefusesOtherLabels) {
  ConditionalBatchNorm norm({.classes = 2, .channels = 3});
  Pass pass = Pass::training();
  EXPECT_THROW(norm(Var::ones({2, 3}), Var::zeros({3}), pass), ShapeError);
  EXPECT_THROW(norm(Var::ones({2, 4}), Var::zeros({2}), pass), ShapeError);
  EXPECT_THROW(norm(Var::ones({2, 3}), Var::full({2}, 2), pass), ValueError);
  EXPECT_THROW(ConditionalBatchNorm({.channels = 3}), ValueError);
}

using ConditionalBatchNormReference = reference::LayerReference;

TEST_F(ConditionalBatchNormReference, ValueGradientsAndStatistics) {
  for (const std::string name : {"conditional_norm", "conditional_norm_rows", "conditional_norm_eval"}) {
    SCOPED_TRACE(name);
    const File& file = gan_layer_file();
    BasicConditionalBatchNorm<double> norm({.classes = 3, .channels = file[name + ".running_mean"].shape[0]});
    each_param(norm, [&](const std::string& key, Param<double>& p) { p.set(tensor<double>(layer_array(name, key))); });
    to(norm, device());
    const D labels = tensor<double>(layer_array(name, "labels"));
    Pass pass = name.ends_with("eval") ? Pass::inference() : Pass::training();
    const Parameters<double> trained = params(norm);
    check_function(
        name, [&](const D& x) { return norm(x, labels, pass); }, trained.tensors, trained.names);
    for (const auto& [key, p] : {std::pair{"running_mean", &norm.running_mean}, {"running_var", &norm.running_var}})
      expect_close<double>(p->tensor(), layer_array(name, std::string(key) + "_after"), layer_tolerance, name + key,
                           worst_layer);
  }
}

}  // namespace
}  // namespace gan
