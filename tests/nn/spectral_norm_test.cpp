// Spectral norm: its cases, what its passes change, files with and without it, and PyTorch.
#include "gan/nn/spectral_norm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/ops/random.hpp"
#include "support/files.hpp"
#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"SpectralNorm", Sequential(SpectralNorm(Dense(8, 4, {.activation = Tanh{}}))), rows_input, {3, 4}, 36},
      {"SpectralNorm", Sequential(SpectralNorm(Conv2D(three_by_three))), image_input, image_input, 584},
      {"SpectralNorm", Sequential(SpectralNorm(ConvTranspose2D(three_by_three))), image_input, image_input, 584},
      {"SpectralNorm", Sequential(Flatten{}, SpectralNorm(Dense(192, 4))), image_input, {2, 4}, 772},
  };
});

double length(const Param<double>& p) {
  double squares = 0;
  for (const double v : p.to_vector()) squares += v * v;
  return std::sqrt(squares);
}

TEST(SpectralNorm, MovesItsVectorsOnlyWhenAsked) {
  SpectralNorm layer(BasicDense<double>(3, 2, {.bias = false}));
  init(layer, 1);
  EXPECT_NEAR(length(layer.u), 1, 1e-12);
  EXPECT_NEAR(length(layer.v), 1, 1e-12);
  layer.layer.weight.set(D::from({3, 0, 0, 0, -1, 0}, Shape{2, 3}));
  const auto u = layer.u.to_vector(), v = layer.v.to_vector();
  const D x = one_hot<double>({0, 1, 2}, 3);
  Pass still = Pass::training();
  still.update_stats = false;
  layer(x, still);
  Pass inference = Pass::inference();
  layer(x, inference);
  EXPECT_EQ(layer.u.to_vector(), u);
  EXPECT_EQ(layer.v.to_vector(), v);
  Pass training = Pass::training();
  for (int i = 0; i < 40; ++i) layer(x, training);
  EXPECT_NEAR(std::abs(layer.u.data()[0]), 1, 1e-12) << "the first singular vector";
  EXPECT_NEAR(layer(x, inference).to_vector()[0], 1, 1e-12);
  EXPECT_NEAR(layer(x, inference).to_vector()[3], -1. / 3, 1e-12);
}

TEST(SpectralNorm, GivesTheGradientOfOnePassAfterAnother) {
  SpectralNorm layer(Dense(4, 3));
  init(layer, 1);
  Rng rng{2};
  const Var x = rand<float>({5, 4}, rng, -1, 1);
  Pass training = Pass::training(), still = Pass::training();
  still.update_stats = false;
  const Var first = layer(x, still), second = layer(x, training), third = layer(x, training);
  EXPECT_NO_THROW(grad(sum(first + second + third), params(layer).tensors));
}

/// A network of all layers that can have it, and the same without.
template <bool normalized, class Layer>
auto maybe(Layer layer) {
  if constexpr (normalized)
    return SpectralNorm(std::move(layer));
  else
    return layer;
}
template <bool normalized>
Sequential stack() {
  return Sequential(maybe<normalized>(Dense(3, 4 * 2 * 2)), Reshape{{2, 2, 4}},
                    maybe<normalized>(ConvTranspose2D({.in = 4, .out = 3, .kernel = 4, .stride = 2, .padding = 1})),
                    maybe<normalized>(Conv2D({.in = 3, .out = 2, .kernel = 3, .activation = LeakyReLU{0.2}})),
                    Flatten{}, maybe<normalized>(Dense(8, 2)));
}

TEST(SpectralNorm, IsFoldedIntoFilesOfThePlainNetwork) {
  const std::string path = test::temporary("folded.safetensors");
  Sequential trained = stack<true>(), plain = stack<false>(), again = stack<true>();
  init(trained, 1);
  Rng rng{2};
  const Var x = rand<float>({5, 3}, rng, -1, 1);
  Pass training = Pass::training(), inference = Pass::inference();
  for (int i = 0; i < 3; ++i) trained(x, training);  // far from converged
  const auto expected = trained(x, inference).to_vector();
  io::save_folded_weights(trained, path);
  std::vector<std::string> names;
  const io::SafeTensors file = io::read_safetensors(path);
  for (const auto& entry : file.entries()) names.push_back(entry.name);
  EXPECT_THAT(names, UnorderedElementsAre("0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias", "5.weight",
                                          "5.bias"));
  io::load_weights(plain, path);
  EXPECT_EQ(plain(x, inference).to_vector(), expected) << "the same to the bit";
  io::load_weights(again, path);
  const auto read = again(x, inference).to_vector();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(read[i], expected[i], 2e-6) << "to rounding";
  EXPECT_NE(trained(x, training).to_vector(), expected);
  std::filesystem::remove(path);
}

/// u^T W v of a layer in a file, as PyTorch reads it: outputs are the first axis or, of a transposed convolution, the
/// second.
double sigma_in(const io::SafeTensors& file, const std::string& layer, bool transposed) {
  Tensor<double> w = file.get<double>(layer + ".weight_orig");
  if (transposed) w = permute(w, {1, 0, 2, 3});
  const i64 outputs = w.shape(0);
  const Tensor<double> u = reshape(file.get<double>(layer + ".weight_u"), Shape{1, outputs});
  const Tensor<double> v = reshape(file.get<double>(layer + ".weight_v"), Shape{w.size() / outputs, 1});
  return matmul(matmul(u, reshape(w, Shape{outputs, w.size() / outputs})), v).item();
}

TEST(SpectralNorm, FilesHaveItsVectorsInPyTorchsOrder) {
  const std::string path = test::temporary("parameters.safetensors"), folded = test::temporary("weights.safetensors");
  Sequential net = stack<true>();
  init(net, 1);
  io::save_weights(net, path);
  io::save_folded_weights(net, folded);
  const io::SafeTensors parameters = io::read_safetensors(path), weights = io::read_safetensors(folded);
  for (const std::string layer : {"0", "2", "3", "5"}) {
    const double w = parameters.get<double>(layer + ".weight_orig").data()[0];
    const double sigma = w / weights.get<double>(layer + ".weight").data()[0];
    EXPECT_NEAR(sigma_in(parameters, layer, layer == "2"), sigma, 1e-5 * std::abs(sigma)) << layer;
  }
  std::filesystem::remove(path);
  std::filesystem::remove(folded);
}

TEST(SpectralNorm, ReadsAPlainNetworkBeforeItHasValues) {
  const std::string path = test::temporary("plain.safetensors");
  Embedding table({.classes = 3, .width = 2});
  init(table, 1);
  io::save_weights(table, path);
  SpectralNorm normalized(Embedding({.classes = 3, .width = 2}));
  io::load_weights(normalized, path);
  Pass inference = Pass::inference();
  const Var labels = Var::from({0, 1, 2}, Shape{3});
  const auto expected = table.weight.to_vector(), read = normalized(labels, inference).to_vector();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(read[i], expected[i], 1e-6);
  std::filesystem::remove(path);
}

TEST(SpectralNorm, HasPyTorchsNames) {
  SpectralNorm layer{Conv2D(three_by_three)};
  std::vector<std::string> names;
  each_param(layer, [&names](const std::string& name, Param<float>&) { names.push_back(name); });
  EXPECT_THAT(names, ElementsAre("weight_orig", "weight_u", "weight_v", "bias"));
  EXPECT_THAT(params(layer).names, ElementsAre("weight_orig", "bias"));
}

using SpectralNormReference = reference::LayerReference;

const ConvOptions conv{.in = 3, .out = 5, .kernel = 3, .padding = 1};
const ConvOptions deconv{.in = 3, .out = 4, .kernel = 4, .stride = 2, .padding = 1};

TEST_F(SpectralNormReference, ValueGradientsAndVectors) {
  using Chain = BasicSequential<double>;
  check_layer("spectral_dense", Chain(SpectralNorm(BasicDense<double>(6, 4))));
  check_layer("spectral_conv", Chain(SpectralNorm(BasicConv2D<double>(conv))));
  check_layer("spectral_deconv", Chain(SpectralNorm(BasicConvTranspose2D<double>(deconv))));
}

TEST_F(SpectralNormReference, Embedding) {
  const std::string name = "spectral_embedding";
  SpectralNorm layer(BasicEmbedding<double>({.classes = 4, .width = 3}));
  layer.layer.weight.set(tensor<double>(layer_array(name, "x")));
  const auto restart = [&] {
    layer.u.set(tensor<double>(layer_array(name, "weight_u")));
    layer.v.set(tensor<double>(layer_array(name, "weight_v")));
  };
  restart();
  to(layer, device());
  const D labels = tensor<double>(layer_array(name, "labels"));
  check_function(name, [&](const D& x) {
    restart();
    layer.layer.weight.share(x);
    Pass pass = Pass::training();
    return layer(labels, pass);
  });
}

/// After twenty passes.
template <class Layer>
void check_converged(const std::string& name, SpectralNorm<Layer> layer) {
  const File& file = gan_layer_file();
  each_param(layer, [&](const std::string& path, Param<double>& p) {
    p.set(io::detail::from_file<double>(file.contents(), name + "." + path, p));
  });
  to(layer, device());
  const D x = tensor<double>(layer_array(name, "x"));
  Pass pass = Pass::training();
  for (int i = 0; i < 20; ++i) layer(x, pass);
  expect_close<double>(io::detail::to_file(layer.u), file[name + ".weight_u_after20"], layer_tolerance, name,
                       worst_layer);
  expect_close<double>(io::detail::to_file(layer.v), file[name + ".weight_v_after20"], layer_tolerance, name,
                       worst_layer);
  const SpectralNormOptions options;
  const double sigma =
      detail::spectral_norm(layer.layer.weight.tensor(), Layer::output_axis, layer.u, layer.v, options, false).item();
  EXPECT_NEAR(sigma, file.number(name + ".sigma_after20"), 1e-12);
  EXPECT_NEAR(sigma, file.number(name + ".svd"), 0.01 * sigma) << "the largest singular value";
}

TEST_F(SpectralNormReference, ConvergesToTheSingularValue) {
  check_converged("spectral_dense", SpectralNorm(BasicDense<double>(6, 4)));
  check_converged("spectral_conv", SpectralNorm(BasicConv2D<double>(conv)));
  check_converged("spectral_deconv", SpectralNorm(BasicConvTranspose2D<double>(deconv)));
}

}  // namespace
}  // namespace gan
