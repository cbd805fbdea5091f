// The gradient penalties of WGAN-GP and R1: of a linear critic, worked out by hand, and against PyTorch: their value,
// and their gradient in the critic's parameters, which runs through second derivatives of every layer.
#include "gan/objectives/penalty.hpp"

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

const File& file() {
  static const File f("gp.safetensors");
  return f;
}
const std::vector<std::string> names{"0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias"};

/// A parameter of the critic, or a gradient of one, in our layout.
Array critic_array(const std::string& key) {
  return key.ends_with("5.weight") ? chw_to_hwc(file()[key], 1, 4, 2, 2) : ours(file()[key]);
}
D images(const char* key) { return tensor<double>(ours(file()[key])); }

/// The parameter says whether activations are fused into the convolutions.
class PenaltyReference : public testing::TestWithParam<bool> {
 protected:
  PenaltyReference() {
    ConvOptions first{.in = 1, .out = 3, .kernel = 4, .stride = 2, .padding = 1};
    ConvOptions second{.in = 3, .out = 4, .kernel = 4, .stride = 2, .padding = 1};
    using Conv = BasicConv2D<double>;
    if (GetParam()) {
      first.activation = second.activation = LeakyReLU{0.2};
      critic = BasicSequential<double>(Conv(first), Conv(second), Flatten{}, BasicDense<double>(16, 1));
    } else {
      critic = BasicSequential<double>(Conv(first), LeakyReLU{0.2}, Conv(second), LeakyReLU{0.2}, Flatten{},
                                       BasicDense<double>(16, 1));
    }
    auto name = names.begin();
    each_param(critic,
               [&](const std::string&, Param<double>& p) { p.set(tensor<double>(critic_array("D." + *name++))); });
    to(critic, device());
  }

  void check(const std::string& name, const D& value, double tolerance) {
    Worst worst;
    expect_close(reshape(value, Shape{1}), Array{Shape{1}, file()[name + ".value"].values}, tolerance, name, worst);
    const Tensors<double> g = grad(value, params(critic).tensors);
    for (std::size_t i = 0; i < names.size(); ++i)
      expect_close(g[i], critic_array(name + ".grad." + names[i]), tolerance, name + " gradient of " + names[i], worst,
                   1e-3);
    worst.print(name.c_str());
  }

  BasicSequential<double> critic;
  Pass pass = Pass::training();
};

TEST_P(PenaltyReference, WassersteinGradientPenaltyWrittenOut) {
  const D eps = images("eps");
  const D between = eps * images("real") + (1.0 - eps) * images("fake");
  const D norms = sqrt(squared_norms(input_gradient(critic, between, pass)));
  check("gp", file().number("lambda") * mean(square(norms - 1.0)), 1e-13);
}

// The library's own adds 1e-12 to the squared norm, so that a zero gradient has a derivative.
TEST_P(PenaltyReference, WassersteinGradientPenalty) {
  const GradientPenalty penalty{.lambda = file().number("lambda")};
  check("gp", penalty.at(critic, images("real"), images("fake"), images("eps"), pass), 1e-9);
}

TEST_P(PenaltyReference, R1) { check("r1", R1{.gamma = 2}(critic, images("real"), images("fake"), pass), 1e-13); }

INSTANTIATE_TEST_SUITE_P(Activations, PenaltyReference, testing::Values(false, true),
                         [](const auto& test) { return std::string(test.param ? "Fused" : "Separate"); });

TEST(Penalty, GradientPenaltyOfALinearDiscriminatorIsExact) {
  // D(x) = w x has gradient w everywhere: the penalty is lambda (|w| - 1)^2, its derivative 2 lambda (|w| - 1) w / |w|.
  const Tensor<double> w = leaf(Tensor<double>::from({3.0, 4.0}, Shape{1, 2}));
  auto discriminator = [&w](const Tensor<double>& x, Pass&) { return linear(x, w); };
  const auto real = Tensor<double>::ones({5, 2}), fake = Tensor<double>::zeros({5, 2});
  Pass pass = Pass::training();
  const auto penalty = GradientPenalty{10}(discriminator, real, fake, pass);
  EXPECT_NEAR(penalty.item(), 160, 1e-9);
  const auto g = grad(penalty, {w})[0];
  EXPECT_NEAR(g.data()[0], 2 * 10 * 4 * 3.0 / 5, 1e-9);
  EXPECT_NEAR(g.data()[1], 2 * 10 * 4 * 4.0 / 5, 1e-9);
  const auto r1 = R1{2}(discriminator, real, fake, pass);
  EXPECT_NEAR(r1.item(), 25, 1e-9);
}

}  // namespace
