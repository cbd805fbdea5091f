// Training steps of small GANs in libtorch, the peer of benchmarks/step.cpp: the same networks, the same step, the same
// conversation, so that benchmarks/compare can run the two in turns.
//
//   libtorch_step MODEL BATCH [--threads N] [--fastct]        MODEL: mlp, mnist, dcgan, wgangp
//
// After three warm-up steps it prints "ready" and then answers lines on standard input:
//   N      runs N steps and prints the milliseconds per step
//   rss    prints the peak resident memory in MB
// The end of input ends the program.
//
// A step is one critic turn and one generator turn. Fakes are generated once; the critic sees them detached and the
// generator's turn reuses them (WGAN-GP draws anew). While the generator learns, the critic's parameters do not require
// gradients, so libtorch does not compute gradients that nobody reads.
//
// --fastct: libtorch 1.13 computes transposed convolutions by a GEMM per image and col2im. With this flag they go
// through oneDNN's convolution backward instead, as PyTorch >= 2.1 does by itself.
#include <sys/resource.h>
#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
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
                        std::int64_t stride, std::int64_t padding) {
    context->save_for_backward({x, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    const std::int64_t size = (x.size(2) - 1) * stride - 2 * padding + weight.size(2);
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
    return {input_gradient, weight_gradient, Tensor(), Tensor()};
  }
};

struct FastTransposedImpl : nn::Module {
  Tensor weight, bias;
  std::int64_t stride, padding;
  FastTransposedImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t s, std::int64_t p,
                     bool has_bias)
      : stride(s), padding(p) {
    weight = register_parameter("weight", torch::randn({in, out, kernel, kernel}) * 0.02);
    if (has_bias) bias = register_parameter("bias", torch::zeros({out}));
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = TransposedFunction::apply(x, weight, stride, padding);
    return bias.defined() ? y + bias.view({1, -1, 1, 1}) : y;
  }
};
TORCH_MODULE(FastTransposed);

struct TransposedImpl : nn::Module {
  nn::ConvTranspose2d plain{nullptr};
  FastTransposed fast{nullptr};
  TransposedImpl(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                 bool bias) {
    if (g_fast_transposed) {
      fast = register_module("fast", FastTransposed(in, out, kernel, stride, padding, bias));
    } else {
      plain = register_module(
          "plain",
          nn::ConvTranspose2d(nn::ConvTranspose2dOptions(in, out, kernel).stride(stride).padding(padding).bias(bias)));
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
                      bool bias) {
  return Transposed(in, out, kernel, stride, padding, bias);
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
// ---- one step -------------------------------------------------------------------------------------------------------
class Step {
 public:
  Step(Networks networks, std::int64_t batch)
      : D_(networks.D),
        G_(networks.G),
        batch_(batch),
        latent_(networks.latent),
        d_optimizer_(adam(D_)),
        g_optimizer_(adam(G_)) {
    std::vector<std::int64_t> shape = networks.image;
    shape.insert(shape.begin(), batch);
    real_ = torch::rand(shape) * 2 - 1;
  }

  void vanilla() {
    const Tensor fake = G_->forward(noise());
    d_optimizer_.zero_grad();
    bce(D_->forward(real_), 1).backward();
    bce(D_->forward(fake.detach()), 0).backward();
    d_optimizer_.step();

    critic_requires_grad(false);
    g_optimizer_.zero_grad();
    bce(D_->forward(fake), 1).backward();
    g_optimizer_.step();
    critic_requires_grad(true);
  }

  void wasserstein() {
    d_optimizer_.zero_grad();
    Tensor fake;
    {
      torch::NoGradGuard no_grad;
      fake = G_->forward(noise());
    }
    const Tensor eps = torch::rand({batch_, 1, 1, 1});
    const Tensor between = (eps * real_ + (1 - eps) * fake).detach().requires_grad_(true);
    const Tensor gradient = torch::autograd::grad({D_->forward(between).sum()}, {between}, {}, true, true)[0];
    const Tensor penalty = (gradient.flatten(1).norm(2, 1) - 1).pow(2).mean() * 10;
    (D_->forward(fake).mean() - D_->forward(real_).mean() + penalty).backward();
    d_optimizer_.step();

    critic_requires_grad(false);
    g_optimizer_.zero_grad();
    (-D_->forward(G_->forward(noise())).mean()).backward();
    g_optimizer_.step();
    critic_requires_grad(true);
  }

 private:
  static torch::optim::Adam adam(nn::Sequential& net) {
    return torch::optim::Adam(net->parameters(), torch::optim::AdamOptions(2e-4).betas({0.5, 0.999}));
  }
  static Tensor bce(const Tensor& logits, double target) {
    return nn::functional::binary_cross_entropy_with_logits(logits, torch::full_like(logits, target));
  }
  Tensor noise() const { return torch::randn({batch_, latent_}); }
  void critic_requires_grad(bool on) {
    for (Tensor& p : D_->parameters()) p.set_requires_grad(on);
  }

  nn::Sequential D_, G_;
  std::int64_t batch_, latent_;
  torch::optim::Adam d_optimizer_, g_optimizer_;
  Tensor real_;
};

std::function<void()> make_step(const std::string& model, std::int64_t batch) {
  if (model == "wgangp") {
    auto step = std::make_shared<Step>(wgangp(), batch);
    return [step] { step->wasserstein(); };
  }
  const auto networks = model == "mlp" ? mlp : model == "mnist" ? mnist : model == "dcgan" ? dcgan : nullptr;
  if (networks == nullptr) return nullptr;
  auto step = std::make_shared<Step>(networks(), batch);
  return [step] { step->vanilla(); };
}

// ---- the conversation -----------------------------------------------------------------------------------------------
int usage() {
  std::fprintf(stderr, "usage: libtorch_step mlp|mnist|dcgan|wgangp BATCH [--threads N] [--fastct]\n");
  return 2;
}

double milliseconds_per_step(const std::function<void()>& step, long steps) {
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < steps; ++i) step();
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / static_cast<double>(steps);
}

int converse(const std::function<void()>& step) {
  for (int i = 0; i < 3; ++i) step();
  std::printf("ready\n");
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "rss") {
      rusage usage_now{};
      getrusage(RUSAGE_SELF, &usage_now);
      std::printf("%.1f\n", static_cast<double>(usage_now.ru_maxrss) / 1024);
    } else {
      const long steps = std::strtol(line.c_str(), nullptr, 10);
      if (steps <= 0) {
        std::fprintf(stderr, "libtorch_step: expected a number of steps or rss, not '%s'\n", line.c_str());
        return 2;
      }
      std::printf("%.6f\n", milliseconds_per_step(step, steps));
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return usage();
  const std::string model = argv[1];
  const long batch = std::strtol(argv[2], nullptr, 10);
  int threads = 2;
  for (int i = 3; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--fastct") {
      g_fast_transposed = true;
    } else if (flag == "--threads" && i + 1 < argc) {
      threads = std::atoi(argv[++i]);
    } else {
      return usage();
    }
  }
  if (batch <= 0 || threads <= 0) return usage();
  try {
    at::set_num_threads(threads);
    torch::manual_seed(1);
    const auto step = make_step(model, batch);
    if (!step) return usage();
    return converse(step);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "libtorch_step: %s\n", error.what());
    return 1;
  }
}
