// Training steps of GANs in libtorch, the peer of benchmarks/step.cpp: the same networks, the same step, the same
// conversation (see there), so that benchmarks/compare can run the two in turns.
//
//   libtorch_step MODEL BATCH [--threads N] [--fastct]        MODEL: mlp, mnist, dcgan, wgangp, srgan, cyclegan
//
// A step is one discriminator turn and one generator turn. Fakes are generated once; the discriminator sees them detached and the
// generator's turn reuses them (WGAN-GP draws anew). While the generator learns, the critic's parameters do not require
// gradients, so libtorch does not compute gradients that nobody reads.
//
// --fastct: libtorch 1.13 computes transposed convolutions by a GEMM per image and col2im. With this flag they go
// through oneDNN's convolution backward instead, as PyTorch >= 2.1 does by itself.
#include <sys/resource.h>

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

#include "libtorch_networks.hpp"

namespace {

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

    discriminator_requires_grad(false);
    g_optimizer_.zero_grad();
    bce(D_->forward(fake), 1).backward();
    g_optimizer_.step();
    discriminator_requires_grad(true);
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

    discriminator_requires_grad(false);
    g_optimizer_.zero_grad();
    (-D_->forward(G_->forward(noise())).mean()).backward();
    g_optimizer_.step();
    discriminator_requires_grad(true);
  }

  /// SRGAN: the generator sees small images.
  void super_resolution() {
    if (!low_.defined()) low_ = torch::rand({batch_, 3, 24, 24}) * 2 - 1;
    const Tensor fake = G_->forward(low_);
    d_optimizer_.zero_grad();
    (bce(D_->forward(real_), 1) + bce(D_->forward(fake.detach()), 0)).backward();
    d_optimizer_.step();

    discriminator_requires_grad(false);
    g_optimizer_.zero_grad();
    (nn::functional::mse_loss(fake, real_) + 1e-3 * bce(D_->forward(fake), 1)).backward();
    g_optimizer_.step();
    discriminator_requires_grad(true);
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
  void discriminator_requires_grad(bool on) {
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
    discriminators_require_grad(false);
    g_optimizer_.zero_grad();
    const Tensor fake_b = to_b_->forward(a_), again_a = to_a_->forward(fake_b);
    const Tensor fake_a = to_a_->forward(b_), again_b = to_b_->forward(fake_a);
    const Tensor same_a = to_a_->forward(a_), same_b = to_b_->forward(b_);
    const auto l1 = [](const Tensor& x, const Tensor& y) { return nn::functional::l1_loss(x, y); };
    (squares(D_b_->forward(fake_b), 1) + squares(D_a_->forward(fake_a), 1) + 10 * (l1(again_a, a_) + l1(again_b, b_)) +
     5 * (l1(same_a, a_) + l1(same_b, b_)))
        .backward();
    g_optimizer_.step();

    discriminators_require_grad(true);
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
  void discriminators_require_grad(bool on) {
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
