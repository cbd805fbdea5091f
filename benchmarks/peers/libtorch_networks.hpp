// The networks of benchmarks/fixtures.cpp in libtorch, and the layers that it lacks. For libtorch_step.cpp alone.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace nn = torch::nn;
using torch::Tensor;

namespace {

// ---- layers ---------------------------------------------------------------------------------------------------------
bool g_fast_transposed = false;

struct ReshapeImpl : nn::Module {
  std::vector<std::int64_t> shape;
  explicit ReshapeImpl(std::vector<std::int64_t> image) : shape(std::move(image)) {}
  Tensor forward(const Tensor& x) {
    std::vector<std::int64_t> full = shape;
    full.insert(full.begin(), x.size(0));
    return x.reshape(full);
  }
};
TORCH_MODULE(Reshape);

struct FlattenImpl : nn::Module {
  Tensor forward(const Tensor& x) { return x.flatten(1); }
};
TORCH_MODULE(Flatten);

/// A transposed convolution as the input gradient of a convolution, which oneDNN runs.
struct TransposedFunction : torch::autograd::Function<TransposedFunction> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, const Tensor& weight,
                        std::int64_t stride, std::int64_t padding, std::int64_t output_padding) {
    context->save_for_backward({x, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    const std::int64_t size = (x.size(2) - 1) * stride - 2 * padding + weight.size(2) + output_padding;
    const Tensor image = at::empty({x.size(0), weight.size(1), size, size}, x.options());
    return std::get<0>(at::convolution_backward(x, image, weight, c10::nullopt, {stride, stride}, {padding, padding},
                                                {1, 1}, false, {0, 0}, 1, {true, false, false}));
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], &gradient = gradients[0];
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const std::int64_t padding = context->saved_data["padding"].toInt();
    Tensor input_gradient = at::conv2d(gradient, weight, {}, {stride, stride}, {padding, padding});
    Tensor weight_gradient =
        std::get<1>(at::convolution_backward(x, gradient, weight, c10::nullopt, {stride, stride}, {padding, padding},
                                             {1, 1}, false, {0, 0}, 1, {false, true, false}));
    return {input_gradient, weight_gradient, Tensor(), Tensor(), Tensor()};
  }
};

struct FastTransposedImpl : nn::Module {
  Tensor weight, bias;
  std::int64_t stride, padding, output_padding;
  FastTransposedImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t s, std::int64_t p,
                     bool has_bias, std::int64_t extra)
      : stride(s), padding(p), output_padding(extra) {
    weight = register_parameter("weight", torch::randn({in, out, kernel, kernel}) * 0.02);
    if (has_bias) bias = register_parameter("bias", torch::zeros({out}));
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = TransposedFunction::apply(x, weight, stride, padding, output_padding);
    return bias.defined() ? y + bias.view({1, -1, 1, 1}) : y;
  }
};
TORCH_MODULE(FastTransposed);

struct TransposedImpl : nn::Module {
  nn::ConvTranspose2d plain{nullptr};
  FastTransposed fast{nullptr};
  TransposedImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                 bool bias, std::int64_t output_padding) {
    if (g_fast_transposed) {
      fast = register_module("fast", FastTransposed(in, out, kernel, stride, padding, bias, output_padding));
    } else {
      plain = register_module("plain", nn::ConvTranspose2d(nn::ConvTranspose2dOptions(in, out, kernel)
                                                               .stride(stride)
                                                               .padding(padding)
                                                               .bias(bias)
                                                               .output_padding(output_padding)));
    }
  }
  Tensor forward(const Tensor& x) { return fast ? fast->forward(x) : plain->forward(x); }
};
TORCH_MODULE(Transposed);

constexpr bool with_bias = true, no_bias = false;

nn::Conv2d conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                bool bias) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(padding).bias(bias));
}
Transposed transposed(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                      bool bias, std::int64_t output_padding = 0) {
  return Transposed(in, out, kernel, stride, padding, bias, output_padding);
}
nn::LeakyReLU leaky() { return nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2).inplace(true)); }
nn::ReLU relu() { return nn::ReLU(nn::ReLUOptions().inplace(true)); }
Reshape reshape(std::int64_t c, std::int64_t h, std::int64_t w) { return Reshape(std::vector<std::int64_t>{c, h, w}); }

// clang-format off: one stage of a network a line
// ---- networks -------------------------------------------------------------------------------------------------------
struct Networks {
  nn::Sequential D, G;
  std::int64_t latent;
  std::vector<std::int64_t> image;  // shape of one real sample
};

Networks mlp() {
  return {
      nn::Sequential(nn::Linear(784, 512), leaky(), nn::Linear(512, 256), leaky(), nn::Linear(256, 128), leaky(),
                     nn::Linear(128, 1)),
      nn::Sequential(nn::Linear(32, 128), nn::BatchNorm1d(128), leaky(), nn::Linear(128, 256), nn::BatchNorm1d(256),
                     leaky(), nn::Linear(256, 512), nn::BatchNorm1d(512), leaky(), nn::Linear(512, 784), nn::Tanh()),
      32,
      {784}};
}

Networks mnist() {  // DCGAN at 28 x 28
  return {nn::Sequential(conv(1, 64, 4, 2, 1, with_bias), leaky(), conv(64, 128, 4, 2, 1, no_bias),
                         nn::BatchNorm2d(128), leaky(), Flatten(), nn::Linear(6272, 1)),
          nn::Sequential(nn::Linear(100, 6272), nn::BatchNorm1d(6272), relu(), reshape(128, 7, 7),
                         transposed(128, 64, 4, 2, 1, no_bias), nn::BatchNorm2d(64), relu(),
                         transposed(64, 1, 4, 2, 1, with_bias), nn::Tanh()),
          100,
          {1, 28, 28}};
}

Networks dcgan() {  // 64 x 64
  return {nn::Sequential(conv(3, 64, 4, 2, 1, no_bias), leaky(), conv(64, 128, 4, 2, 1, no_bias), nn::BatchNorm2d(128),
                         leaky(), conv(128, 256, 4, 2, 1, no_bias), nn::BatchNorm2d(256), leaky(),
                         conv(256, 512, 4, 2, 1, no_bias), nn::BatchNorm2d(512), leaky(),
                         conv(512, 1, 4, 1, 0, no_bias), Flatten()),
          nn::Sequential(reshape(100, 1, 1), transposed(100, 512, 4, 1, 0, no_bias), nn::BatchNorm2d(512), relu(),
                         transposed(512, 256, 4, 2, 1, no_bias), nn::BatchNorm2d(256), relu(),
                         transposed(256, 128, 4, 2, 1, no_bias), nn::BatchNorm2d(128), relu(),
                         transposed(128, 64, 4, 2, 1, no_bias), nn::BatchNorm2d(64), relu(),
                         transposed(64, 3, 4, 2, 1, no_bias), nn::Tanh()),
          100,
          {3, 64, 64}};
}

Networks wgangp() {  // 32 x 32
  return {nn::Sequential(conv(3, 64, 4, 2, 1, with_bias), leaky(), conv(64, 128, 4, 2, 1, with_bias), leaky(),
                         conv(128, 256, 4, 2, 1, with_bias), leaky(), Flatten(), nn::Linear(4096, 1)),
          nn::Sequential(nn::Linear(128, 4096), nn::BatchNorm1d(4096), relu(), reshape(256, 4, 4),
                         transposed(256, 128, 4, 2, 1, no_bias), nn::BatchNorm2d(128), relu(),
                         transposed(128, 64, 4, 2, 1, no_bias), nn::BatchNorm2d(64), relu(),
                         transposed(64, 3, 4, 2, 1, with_bias), nn::Tanh()),
          128,
          {3, 32, 32}};
}

// clang-format on
// ---- SRGAN and CycleGAN ---------------------------------------------------------------------------------------------
nn::BatchNorm2d batch_norm(std::int64_t channels) { return nn::BatchNorm2d(channels); }
nn::InstanceNorm2d instance_norm(std::int64_t channels) { return nn::InstanceNorm2d(channels); }

/// x + body(x)
struct AroundImpl : nn::Module {
  nn::Sequential body;
  explicit AroundImpl(nn::Sequential modules) : body(register_module("body", std::move(modules))) {}
  Tensor forward(const Tensor& x) { return x + body->forward(x); }
};
TORCH_MODULE(Around);

Networks srgan() {
  nn::Sequential body;
  for (int i = 0; i < 16; ++i)
    body->push_back(Around(nn::Sequential(conv(64, 64, 3, 1, 1, no_bias), batch_norm(64), nn::PReLU(),
                                          conv(64, 64, 3, 1, 1, no_bias), batch_norm(64))));
  body->push_back(conv(64, 64, 3, 1, 1, no_bias));
  body->push_back(batch_norm(64));
  nn::Sequential D(conv(3, 64, 3, 1, 1, with_bias), leaky(), conv(64, 64, 3, 2, 1, no_bias), batch_norm(64), leaky());
  std::int64_t channels = 64;
  for (const std::int64_t next : {128, 256, 512}) {
    for (const std::int64_t stride : {1, 2}) {
      D->push_back(conv(stride == 1 ? channels : next, next, 3, stride, 1, no_bias));
      D->push_back(batch_norm(next));
      D->push_back(leaky());
    }
    channels = next;
  }
  D->push_back(Flatten());
  D->push_back(nn::Linear(512 * 36, 1024));
  D->push_back(leaky());
  D->push_back(nn::Linear(1024, 1));
  return {D,
          nn::Sequential(conv(3, 64, 9, 1, 4, with_bias), nn::PReLU(), Around(body), conv(64, 256, 3, 1, 1, with_bias),
                         nn::PixelShuffle(2), nn::PReLU(), conv(64, 256, 3, 1, 1, with_bias), nn::PixelShuffle(2),
                         nn::PReLU(), conv(64, 3, 9, 1, 4, with_bias)),
          0,
          {3, 96, 96}};
}

nn::Sequential cycle_generator() {
  nn::Sequential net(nn::ReflectionPad2d(3), conv(3, 64, 7, 1, 0, with_bias), instance_norm(64), relu(),
                     conv(64, 128, 3, 2, 1, with_bias), instance_norm(128), relu(), conv(128, 256, 3, 2, 1, with_bias),
                     instance_norm(256), relu());
  for (int i = 0; i < 6; ++i)
    net->push_back(
        Around(nn::Sequential(nn::ReflectionPad2d(1), conv(256, 256, 3, 1, 0, with_bias), instance_norm(256), relu(),
                              nn::ReflectionPad2d(1), conv(256, 256, 3, 1, 0, with_bias), instance_norm(256))));
  for (const std::int64_t channels : {256, 128}) {
    net->push_back(transposed(channels, channels / 2, 3, 2, 1, with_bias, 1));
    net->push_back(instance_norm(channels / 2));
    net->push_back(relu());
  }
  net->push_back(nn::ReflectionPad2d(3));
  net->push_back(conv(64, 3, 7, 1, 0, with_bias));
  net->push_back(nn::Tanh());
  return net;
}
nn::Sequential cycle_discriminator() {
  return nn::Sequential(conv(3, 64, 4, 2, 1, with_bias), leaky(), conv(64, 128, 4, 2, 1, with_bias), instance_norm(128),
                        leaky(), conv(128, 256, 4, 2, 1, with_bias), instance_norm(256), leaky(),
                        conv(256, 512, 4, 1, 1, with_bias), instance_norm(512), leaky(),
                        conv(512, 1, 4, 1, 1, with_bias));
}

}  // namespace
