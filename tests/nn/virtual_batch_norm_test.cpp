// Virtual batch norm: its cases, what an output depends on, errors, and its formula in PyTorch.
#include "gan/nn/virtual_batch_norm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/ops/random.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;
using testing::ElementsAre;

const LayerCases cases([] {
  const VirtualBatchNormOptions options{.activation = LeakyReLU{0.2}};
  return std::vector<LayerCase>{
      // the layer sees the reference, too
      {"VirtualBatchNorm",
       Sequential(VirtualBatch(Sequential(VirtualBatchNorm(8)), {3, 4, 6, 8})),
       image_input,
       {5, 4, 6, 8},
       16},
      {"VirtualBatchNorm",
       Sequential(VirtualBatch(Sequential(VirtualBatchNorm(8, options)), {4, 8})),
       rows_input,
       {7, 8},
       16},
  };
});

TEST(VirtualBatchNorm, MakesExamplesIndependentOfEachOther) {
  using Chain = BasicSequential<double>;
  VirtualBatch net(Chain(BasicDense<double>(3, 4), BasicVirtualBatchNorm<double>(4), ReLU{}, BasicDense<double>(4, 2)),
                   {5, 3});
  init(net, 1);
  EXPECT_THAT(params(net).names, ElementsAre("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"));
  Rng rng{2};
  const D x = rand<double>({4, 3}, rng, -1, 1);
  Pass pass = Pass::training();
  const D all = net(x, pass);
  ASSERT_EQ(all.shape(), (Shape{4, 2}));
  for (i64 i = 0; i < 4; ++i) EXPECT_EQ(net(rows(x, i, i + 1), pass).to_vector(), rows(all, i, i + 1).to_vector()) << i;
  net.reference.set(rand<double>({5, 3}, rng, -1, 1));
  EXPECT_NE(net(x, pass).to_vector(), all.to_vector());
}

TEST(VirtualBatchNorm, NormalisesTheReferenceByItself) {
  BasicVirtualBatchNorm<double> norm(3);
  BasicBatchNorm<double> plain(3);
  init(norm, 1);
  init(plain, 1);
  Rng rng{2};
  const D x = rand<double>({6, 2, 2, 3}, rng, 10, 12);
  Pass pass = Pass::training();
  pass.reference_rows = 6;
  const auto expected = plain(x, pass).to_vector(), y = norm(x, pass).to_vector();
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 1e-12);
}

TEST(VirtualBatchNorm, DrawsFromTheSameStreamAsItsNetwork) {
  struct Noise {
    Var operator()(const Var& x, Pass& p) const { return randn<float>(x.shape(), p.rng); }
    void visit(Visitor&) {}
  };
  VirtualBatch net(Noise{}, {1, 2});
  init(net, 1);
  Pass pass = Pass::training(Rng{1, 2, 0});
  const auto first = net(Var::zeros({1, 2}), pass).to_vector();
  EXPECT_NE(net(Var::zeros({1, 2}), pass).to_vector(), first);
}

TEST(VirtualBatchNorm, RefusesBatchesWithoutAReference) {
  VirtualBatchNorm norm(3);
  Pass pass = Pass::training();
  EXPECT_THROW(norm(Var::ones({2, 3}), pass), ValueError);
  pass.reference_rows = 4;
  EXPECT_THROW(norm(Var::ones({2, 3}), pass), ShapeError);
  EXPECT_THROW(norm(Var::ones({5, 2}), pass), ShapeError);
}

using VirtualBatchNormReference = reference::LayerReference;

TEST_F(VirtualBatchNormReference, ValueAndGradients) {
  for (const std::string name : {"virtual_norm", "virtual_norm_rows"}) {
    SCOPED_TRACE(name);
    BasicVirtualBatchNorm<double> norm(layer_array(name, "weight").shape[0]);
    for (Param<double>* p : {&norm.weight, &norm.bias})
      p->set(tensor<double>(layer_array(name, p == &norm.weight ? "weight" : "bias")));
    to(norm, device());
    const D reference = leaf(tensor<double>(layer_array(name, "reference")));
    Pass pass = Pass::training();
    pass.reference_rows = reference.shape(0);
    check_function(name,
                   [&](const D& x) {
                     return norm(concat<double>({reference, x}), pass);
                   },
                   {reference, norm.weight.tensor(), norm.bias.tensor()}, {"reference", "weight", "bias"});
  }
}

}  // namespace
}  // namespace gan
