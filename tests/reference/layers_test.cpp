// Every layer against PyTorch in double: value, first derivatives (fused and written in ops), second derivatives, and
// what batch norm does to its running statistics.
#include <functional>

#include "gan/grad/grad.hpp"
#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/maxout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/padding.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/residual.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/loss.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

constexpr double tolerance = 1e-13;

const File& file() {
  static const File f("layers.safetensors");
  return f;
}
Worst worst;

class LayersReference : public testing::Test {
 protected:
  static void TearDownTestSuite() { worst.print("layers"); }
};

/// A tensor of a case, in our layout.
Array get(const std::string& name, const std::string& key) { return ours(file()[name + "." + key]); }

/// Compares y = f(x) with case `name`. `parameters` and their names are what f reads besides x.
void check(const std::string& name, const std::function<D(const D&)>& f, const Tensors<double>& parameters = {},
           const std::vector<std::string>& names = {}) {
  Tensors<double> inputs{leaf(tensor<double>(get(name, "x")))};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  std::vector<std::string> suffixes{"x"};
  for (const auto& p : names) suffixes.push_back("_" + p);

  const D y = f(inputs[0]);
  expect_close(y, get(name, "y"), tolerance, name + " value", worst);

  const D gy = leaf(tensor<double>(get(name, "gy")));
  const Tensors<double> fused = grad(y, detach(gy), inputs);
  const Tensors<double> recorded = grad(y, gy, inputs, true);
  D s = D::scalar(0, y.device());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Array expected = get(name, "g" + suffixes[i]);
    expect_close(fused[i], expected, tolerance, name + " g" + suffixes[i] + " (fused)", worst);
    expect_close(recorded[i], expected, tolerance, name + " g" + suffixes[i] + " (recorded)", worst);
    s = s + sum(recorded[i] * tensor<double>(get(name, i == 0 ? "u" : "u" + suffixes[i])));
  }
  inputs.push_back(gy);
  suffixes.push_back("gy");
  const Tensors<double> second = grad(s, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    expect_close(second[i], get(name, "h" + suffixes[i]), tolerance, name + " h" + suffixes[i], worst, 1e-3);
}

/// The same for a layer, whose parameters and buffers bear PyTorch's names.
void check_layer(const std::string& name, BasicSequential<double> layer, Pass pass = Pass::training()) {
  SCOPED_TRACE(name);
  if (file().has(name + ".count")) {
    EXPECT_EQ(count_parameters(layer).trainable, static_cast<i64>(file().number(name + ".count")));
  }
  each_param(layer,
             [&](const std::string& path, Param<double>& p) { p.set(tensor<double>(get(name, path.substr(2)))); });
  to(layer, device());
  Parameters<double> parameters = params(layer);
  for (auto& path : parameters.names) path = path.substr(2);  // "0.weight": the position in the Sequential
  check(
      name, [&](const D& x) { return layer(x, pass); }, parameters.tensors, parameters.names);
  each_param(layer, [&](const std::string& path, Param<double>& p) {
    if (!p.trainable())
      expect_close<double>(p.tensor(), get(name, path.substr(2) + "_after"), tolerance, name + " " + path, worst);
  });
}

ConvOptions conv_options(const std::string& name) {
  const auto at = [&](const char* key, std::size_t i) {
    return static_cast<i64>(file()[name + "." + key].values.at(i));
  };
  ConvOptions o;
  o.kernel = {file()[name + ".weight"].shape[2], file()[name + ".weight"].shape[3]};
  o.stride = {at("stride", 0), at("stride", 1)};
  o.padding = {at("padding", 0), at("padding", 1), at("padding", 2), at("padding", 3)};
  o.dilation = {at("dilation", 0), at("dilation", 1)};
  o.groups = at("groups", 0);
  if (file().has(name + ".output_padding")) o.output_padding = {at("output_padding", 0), at("output_padding", 1)};
  o.in = file()[name + ".x"].shape[1];
  o.out = file()[name + ".y"].shape[1];
  o.bias = file().has(name + ".bias");
  return o;
}

TEST_F(LayersReference, Dense) {
  check_layer("linear", BasicSequential<double>(BasicDense<double>(5, 4)));
  check_layer("linear_nobias", BasicSequential<double>(BasicDense<double>(5, 4, {.bias = false})));
}

TEST_F(LayersReference, Conv2D) {
  for (const char* name : {"conv2d_k3s1p1", "conv2d_k4s2p1", "conv2d_k4s2p1_nobias", "conv2d_k3s2p0",
                           "conv2d_dilation2", "conv2d_groups2", "conv2d_same", "conv2d_1channel", "conv2d_uneven"})
    check_layer(name, BasicSequential<double>(BasicConv2D<double>(conv_options(name))));
}

TEST_F(LayersReference, Conv2DWithPaddingSame) {
  ConvOptions o = conv_options("conv2d_same");
  o.padding = Padding::same();
  check_layer("conv2d_same", BasicSequential<double>(BasicConv2D<double>(o)));
}

TEST_F(LayersReference, ConvTranspose2D) {
  for (const char* name :
       {"conv_transpose_k4s2p1", "conv_transpose_k4s2p1_nobias", "conv_transpose_k3s2p1_op1",
        "conv_transpose_1x1_k4s1p0", "conv_transpose_k3s2p0", "conv_transpose_dilation2", "conv_transpose_groups2"})
    check_layer(name, BasicSequential<double>(BasicConvTranspose2D<double>(conv_options(name))));
}

TEST_F(LayersReference, BatchNorm) {
  for (const std::string name :
       {"batch_norm2d_train", "batch_norm1d_train", "batch_norm2d_options", "batch_norm2d_eval", "batch_norm1d_eval"}) {
    const bool training = file().number(name + ".training") != 0;
    check_layer(name,
                BasicSequential<double>(BasicBatchNorm<double>(
                    file()[name + ".x"].shape[1],
                    {.momentum = file().number(name + ".momentum"), .epsilon = file().number(name + ".eps")})),
                training ? Pass::training() : Pass::inference());
  }
}

TEST_F(LayersReference, Activations) {
  check_layer("leaky_relu", BasicSequential<double>(LeakyReLU{file().number("leaky_relu.slope")}));
  check_layer("relu", BasicSequential<double>(ReLU{}));
  check_layer("tanh", BasicSequential<double>(Tanh{}));
  check_layer("sigmoid", BasicSequential<double>(Sigmoid{}));
  check_layer("softmax", BasicSequential<double>(Softmax{}));
  check_layer("softmax_channels", BasicSequential<double>(Softmax{}));
  check_layer("softplus", BasicSequential<double>(Softplus{}));
  for (const std::string name : {"elu", "elu_alpha"})
    check_layer(name, BasicSequential<double>(ELU{file().number(name + ".alpha")}));
  check_layer("prelu", BasicSequential<double>(BasicPReLU<double>({.channels = 3})));
  check_layer("prelu_shared", BasicSequential<double>(BasicPReLU<double>()));
  check_layer("maxout", BasicSequential<double>(BasicDense<double>(5, 12), Maxout{3}));
}

TEST_F(LayersReference, LayerNorm) {
  using Norm = BasicLayerNorm<double>;
  const double eps = file().number("layer_norm_plain.eps");
  check_layer("layer_norm", BasicSequential<double>(Norm({5})));
  check_layer("layer_norm_plain", BasicSequential<double>(Norm({5}, {.epsilon = eps, .affine = false})));
  check_layer("layer_norm_two", BasicSequential<double>(Norm({3, 5})));
  check_layer("layer_norm_per_channel", BasicSequential<double>(Norm({4, 2, 3}, {.per_channel = true})));

  const std::string name = "layer_norm_image";  // the file's weight (1, C, H, W) is ours as (1, H, W, C)
  Norm norm({4, 2, 3});
  EXPECT_EQ(count_parameters(norm).trainable, static_cast<i64>(file().number(name + ".count")));
  const D weight = leaf(tensor<double>(get(name, "weight"))), bias = leaf(tensor<double>(get(name, "bias")));
  const auto f = [&](const D& x) {
    return layer_norm(x, 3, reshape(weight, norm.normalized), reshape(bias, norm.normalized));
  };
  check(name, f, {weight, bias}, {"weight", "bias"});
}

TEST_F(LayersReference, InstanceNorm) {
  using Norm = BasicInstanceNorm<double>;
  check_layer("instance_norm", BasicSequential<double>(Norm(4, {.epsilon = file().number("instance_norm.eps")})));
  check_layer("instance_norm_affine",
              BasicSequential<double>(Norm(3, {.epsilon = file().number("instance_norm_affine.eps"), .affine = true})));
}

TEST_F(LayersReference, Paddings) {
  const auto sides = [](const std::string& name) {
    const auto p = file()[name + ".padding"].values;
    const auto at = [&](std::size_t i) { return static_cast<i64>(p.at(i)); };
    return Padding{at(0), at(1), at(2), at(3)};
  };
  check_layer("zero_pad", BasicSequential<double>(ZeroPad2D{sides("zero_pad")}));
  check_layer("reflection_pad", BasicSequential<double>(ReflectionPad2D{sides("reflection_pad")}));
}

TEST_F(LayersReference, Embedding) {
  const D labels = tensor<double>(file()["embedding.labels"]), table = tensor<double>(get("embedding", "x"));
  check("embedding", [&](const D& x) { return embedding(x, labels); });
  BasicEmbedding<double> layer({.classes = 4, .width = 3});
  layer.weight.set(table);
  EXPECT_EQ(count_parameters(layer).trainable, static_cast<i64>(file().number("embedding.count")));
  Pass pass = Pass::training();
  expect_close(layer(labels, pass), get("embedding", "y"), tolerance, "embedding layer", worst);
}

TEST_F(LayersReference, Residual) {
  const auto conv = [](i64 in, i64 out, i64 kernel, FusedActivation activation = {}) {
    return BasicConv2D<double>(
        {.in = in, .out = out, .kernel = kernel, .padding = kernel / 2, .activation = activation});
  };
  using Chain = BasicSequential<double>;
  check_layer("residual", Chain(BasicResidual<double>(Chain(conv(3, 4, 3), ReLU{}, conv(4, 3, 3)))));
  check_layer("residual_shortcut",
              Chain(BasicResidual<double>(Chain(conv(3, 4, 3), ReLU{}, conv(4, 2, 3)),
                                          {.shortcut = Chain(conv(3, 2, 1)), .activation = ReLU{}})));
}

TEST_F(LayersReference, PoolingAndUpsampling) {
  check_layer("max_pool2d", BasicSequential<double>(MaxPool2D{{.kernel = 2, .stride = 2}}));
  check_layer("upsample_nearest", BasicSequential<double>(UpSampling2D{2}));
  check_layer("avg_pool2d", BasicSequential<double>(AvgPool2D{}));
  check_layer("avg_pool2d_overlapping", BasicSequential<double>(AvgPool2D{{.kernel = 3, .stride = 2, .padding = 1}}));
  check_layer("global_average_pool", BasicSequential<double>(GlobalAveragePool{}));
  check_layer("upsample_bilinear", BasicSequential<double>(UpSampling2D{2, Interpolation::bilinear}));
  check_layer("upsample_bilinear_uneven",
              BasicSequential<double>(UpSampling2D{.factor = {2, 3}, .mode = Interpolation::bilinear}));
  check_layer("pixel_shuffle", BasicSequential<double>(PixelShuffle{2}));
  check_layer("pixel_shuffle3", BasicSequential<double>(PixelShuffle{3}));
}

TEST_F(LayersReference, BinaryCrossEntropyWithLogits) {
  for (const std::string name : {"bce_ones", "bce_zeros", "bce_smooth"}) {
    const double target = file().number(name + ".target");
    check(name, [&](const D& x) { return bce_with_logits(x, target); });
    check(name, [&](const D& x) { return bce_with_logits(x, D::full(x.shape(), target, x.device())); });
  }
}

}  // namespace
