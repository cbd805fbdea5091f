// Training steps of GANs in libtorch, the peer of benchmarks/step.cpp: the same networks, the same step, the same
// conversation (see there), so that benchmarks/compare can run the two in turns.
//
//   libtorch_step MODEL BATCH [--threads N] [--fastct]        MODEL: mlp, mnist, dcgan, wgangp, srgan, cyclegan
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
// ---- SRGAN and CycleGAN
// ----------------------------------------------------------------------------------------------
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

// ---- one step -------------------------------------------------------------------------------------------------------
std::int64_t count(const nn::Module& module) {
  std::int64_t n = 0;
  for (const Tensor& p : module.parameters()) n += p.numel();
  return n;
}
torch::optim::Adam adam(std::vector<Tensor> parameters) {
  return torch::optim::Adam(std::move(parameters), torch::optim::AdamOptions(2e-4).betas({0.5, 0.999}));
}
Tensor bce(const Tensor& logits, double target) {
  return nn::functional::binary_cross_entropy_with_logits(logits, torch::full_like(logits, target));
}

class Step {
 public:
  Step(Networks networks, std::int64_t batch)
      : D_(networks.D),
        G_(networks.G),
        batch_(batch),
        latent_(networks.latent),
        d_optimizer_(adam(D_->parameters())),
        g_optimizer_(adam(G_->parameters())) {
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

  /// SRGAN: the generator sees small images.
  void super_resolution() {
    if (!low_.defined()) low_ = torch::rand({batch_, 3, 24, 24}) * 2 - 1;
    const Tensor fake = G_->forward(low_);
    d_optimizer_.zero_grad();
    (bce(D_->forward(real_), 1) + bce(D_->forward(fake.detach()), 0)).backward();
    d_optimizer_.step();

    critic_requires_grad(false);
    g_optimizer_.zero_grad();
    (nn::functional::mse_loss(fake, real_) + 1e-3 * bce(D_->forward(fake), 1)).backward();
    g_optimizer_.step();
    critic_requires_grad(true);
  }

  void sample() {
    const torch::NoGradGuard no_grad;
    G_->eval();
    G_->forward(noise());
    G_->train();
  }
  std::int64_t parameters() const { return count(*D_) + count(*G_); }
  bool has_latent() const { return latent_ > 0; }

 private:
  Tensor noise() const { return torch::randn({batch_, latent_}); }
  void critic_requires_grad(bool on) {
    for (Tensor& p : D_->parameters()) p.set_requires_grad(on);
  }

  nn::Sequential D_, G_;
  std::int64_t batch_, latent_;
  torch::optim::Adam d_optimizer_, g_optimizer_;
  Tensor real_, low_;
};

/// CycleGAN: two generators and two discriminators.
class CycleStep {
 public:
  explicit CycleStep(std::int64_t batch)
      : to_a_(cycle_generator()),
        to_b_(cycle_generator()),
        D_a_(cycle_discriminator()),
        D_b_(cycle_discriminator()),
        g_optimizer_(adam(both(to_a_, to_b_))),
        d_optimizer_(adam(both(D_a_, D_b_))),
        a_(torch::rand({batch, 3, 64, 64}) * 2 - 1),
        b_(torch::rand({batch, 3, 64, 64}) * 2 - 1) {}

  void step() {
    critics_require_grad(false);
    g_optimizer_.zero_grad();
    const Tensor fake_b = to_b_->forward(a_), again_a = to_a_->forward(fake_b);
    const Tensor fake_a = to_a_->forward(b_), again_b = to_b_->forward(fake_a);
    const Tensor same_a = to_a_->forward(a_), same_b = to_b_->forward(b_);
    const auto l1 = [](const Tensor& x, const Tensor& y) { return nn::functional::l1_loss(x, y); };
    (squares(D_b_->forward(fake_b), 1) + squares(D_a_->forward(fake_a), 1) + 10 * (l1(again_a, a_) + l1(again_b, b_)) +
     5 * (l1(same_a, a_) + l1(same_b, b_)))
        .backward();
    g_optimizer_.step();

    critics_require_grad(true);
    d_optimizer_.zero_grad();
    (0.5 * (squares(D_a_->forward(a_), 1) + squares(D_a_->forward(fake_a.detach()), 0))).backward();
    (0.5 * (squares(D_b_->forward(b_), 1) + squares(D_b_->forward(fake_b.detach()), 0))).backward();
    d_optimizer_.step();
  }
  std::int64_t parameters() const { return count(*to_a_) + count(*to_b_) + count(*D_a_) + count(*D_b_); }

 private:
  static std::vector<Tensor> both(nn::Sequential& a, nn::Sequential& b) {
    std::vector<Tensor> all = a->parameters();
    for (const Tensor& p : b->parameters()) all.push_back(p);
    return all;
  }
  static Tensor squares(const Tensor& x, double target) {
    return nn::functional::mse_loss(x, torch::full_like(x, target));
  }
  void critics_require_grad(bool on) {
    for (const Tensor& p : both(D_a_, D_b_)) Tensor(p).set_requires_grad(on);
  }

  nn::Sequential to_a_, to_b_, D_a_, D_b_;
  torch::optim::Adam g_optimizer_, d_optimizer_;
  Tensor a_, b_;
};

struct Fixture {
  std::function<void()> step, sample;
  std::int64_t parameters = 0;
};

Fixture make_fixture(const std::string& model, std::int64_t batch) {
  if (model == "cyclegan") {
    auto cycle = std::make_shared<CycleStep>(batch);
    return {[cycle] { cycle->step(); }, nullptr, cycle->parameters()};
  }
  const auto networks = model == "mlp"      ? mlp
                        : model == "mnist"  ? mnist
                        : model == "dcgan"  ? dcgan
                        : model == "wgangp" ? wgangp
                        : model == "srgan"  ? srgan
                                            : nullptr;
  if (networks == nullptr) return {};
  auto step = std::make_shared<Step>(networks(), batch);
  const auto turn = model == "wgangp"  ? &Step::wasserstein
                    : model == "srgan" ? &Step::super_resolution
                                       : &Step::vanilla;
  Fixture fixture{[step, turn] { ((*step).*turn)(); }, nullptr, step->parameters()};
  if (step->has_latent()) fixture.sample = [step] { step->sample(); };
  return fixture;
}

// ---- the conversation -----------------------------------------------------------------------------------------------
int usage() {
  std::fprintf(stderr, "usage: libtorch_step mlp|mnist|dcgan|wgangp|srgan|cyclegan BATCH [--threads N] [--fastct]\n");
  return 2;
}

double milliseconds(const std::function<void()>& run, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) run();
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / times;
}

void say(const std::string& line) { std::cout << line << std::endl; }

int converse(const Fixture& fixture) {
  for (int i = 0; i < 3; ++i) fixture.step();
  say("ready");
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "rss") {
      rusage usage_now{};
      getrusage(RUSAGE_SELF, &usage_now);
      say(std::to_string(static_cast<double>(usage_now.ru_maxrss) / 1024));
    } else if (line == "parameters") {
      say(std::to_string(fixture.parameters));
    } else if (line.rfind("sample ", 0) == 0) {
      say(fixture.sample ? std::to_string(milliseconds(fixture.sample, std::max(1, std::atoi(line.c_str() + 7))))
                         : "0");
    } else {
      say(std::to_string(milliseconds(fixture.step, std::max(1, std::atoi(line.c_str())))));
    }
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
    const Fixture fixture = make_fixture(model, batch);
    if (!fixture.step) return usage();
    say("made");
    return converse(fixture);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "libtorch_step: %s\n", error.what());
    return 1;
  }
}
