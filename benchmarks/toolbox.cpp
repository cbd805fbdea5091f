// What the tools of GAN training cost: each row is a training step without a tool and with it, run in turns, and the
// ratio of their medians.
//   toolbox [THREADS]
// Ends with the grouped convolutions of R3GAN's small preset as shares of the measured peak, and what ADA's geometry
// takes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "benchmarks/rates.hpp"
#include "benchmarks/rounds.hpp"
#include "gan/core/parallel.hpp"
#include "src/cpu/products.hpp"

namespace gan::fixtures {
namespace {

constexpr i64 batch = 64;

Var images(i64 size, i64 channels) {
  Rng rng{5, 0, 0};
  return rand<float>({batch, size, size, channels}, rng, -1, 1);
}

/// A step of the game of a system.
template <class System>
Fixture step_of(typename System::Options options) {
  auto net = std::make_shared<System>(options);
  init(*net, 1);
  const Shape x = net->needs().x;
  return rounds_of(net, net->game(), images(x[0], x[2]), 0, {});
}
/// The critic's turns of WGAN-GP alone, with its penalty or without.
Fixture critic_turn(bool penalty) {
  auto net = std::make_shared<models::WganGp>(models::WganGpOptions{.discriminator_steps = 1});
  init(*net, 1);
  Game game = penalty ? net->game() : adversarial(net->G, net->D, Wasserstein{}, {.input = net->input()});
  game.players.pop_back();
  return rounds_of(net, std::move(game), images(32, 3), 0, {});
}

/// DCGAN at 28 x 28 with spectral norm in D's layers or without.
struct Dcgan28 {
  Sequential G, D;
  explicit Dcgan28(bool spectral_norm) : G(models::Dcgan(models::DcganOptions{}).G) {
    const auto conv = [](i64 in, i64 out, FusedActivation activation) {
      return Conv2D({.in = in, .out = out, .kernel = 4, .stride = 2, .padding = 1, .activation = activation});
    };
    const FusedActivation leaky = LeakyReLU{0.2};
    const BatchNorm norm(128, {.activation = leaky});
    if (spectral_norm)
      D = Sequential{SpectralNorm(conv(1, 64, leaky)), SpectralNorm(conv(64, 128, {})), norm, Flatten{},
                     SpectralNorm(Dense(7 * 7 * 128, 1))};
    else
      D = Sequential{conv(1, 64, leaky), conv(64, 128, {}), norm, Flatten{}, Dense(7 * 7 * 128, 1)};
    init(*this, 1);
  }
  void visit(Visitor& v) {
    v("G", G);
    v("D", D);
  }
};
Fixture dcgan(bool spectral_norm, Augmentation augment = {}) {
  auto net = std::make_shared<Dcgan28>(spectral_norm);
  Game game = adversarial(net->G, net->D, NonSaturating{}, {.input = {.latent = 100}, .augment = std::move(augment)});
  return rounds_of(net, std::move(game), images(28, 1), 0, {});
}

double milliseconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  return took.count();
}
double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

void compare(const char* name, const Fixture& without, const Fixture& with, double limit) {
  constexpr int warm_up = 2, times = 15;
  std::vector<double> before, after, ratios;
  for (int i = -warm_up; i < times; ++i) {
    const double a = milliseconds(without.step), b = milliseconds(with.step);
    if (i < 0) continue;
    before.push_back(a);
    after.push_back(b);
    ratios.push_back(b / a);
  }
  std::printf("%-44s %8.2f %8.2f %7.3f %7.2f\n", name, median(before), median(after), median(ratios), limit);
  std::fflush(stdout);
}

/// The 3 x 3 convolution of a residual block of R3GAN, 96 channels wide.
void grouped(i64 size, double peak) {
  ConvShape s;
  s.n = 32;
  s.h = s.w = s.oh = s.ow = size;
  s.c = s.o = 192;
  s.kh = s.kw = 3;
  s.pad_top = s.pad_left = 1;
  s.groups = 12;
  const auto values = static_cast<std::size_t>(s.n * size * size * s.c),
             filters = static_cast<std::size_t>(192 * 9 * 16);
  std::vector<float> x(values, 1), y(values, 1), w(filters, 1);
  const auto share = [&](const std::function<void()>& run) {
    std::vector<double> took;
    run();
    for (int i = 0; i < 15; ++i) took.push_back(milliseconds(run));
    return 100 * 2 * 16 * 9 * static_cast<double>(values) / (median(took) * 1e-3) / peak;
  };
  std::printf("grouped 3 x 3, %2d x %2d pixels, %% of peak: forward %.0f, input gradient %.0f, weight gradient %.0f\n",
              int(size), int(size), share([&] { cpu::conv<float>(s, x.data(), w.data(), y.data(), {}); }),
              share([&] { cpu::conv_input<float>(s, y.data(), w.data(), x.data(), {}); }),
              share([&] { cpu::conv_weight<float>(s, y.data(), x.data(), w.data()); }));
  std::fflush(stdout);
}

/// The geometry of ADA, drawn anew each time with p = 0.6, and its gradient.
void ada(i64 size, i64 channels) {
  const Var x = leaf(images(size, channels));
  Rng rng{6};
  std::vector<double> forward, backward;
  for (int i = 0; i < 15; ++i) {
    const AdaDraws draws = draw_ada({}, 0.6, x.shape(), rng);
    Var y, loss;
    forward.push_back(milliseconds([&] { y = ada_geometry(x, draws.geometry); }));
    loss = sum(y * y);
    backward.push_back(milliseconds([&] { grad(loss, {x}); }));
  }
  std::printf("ADA's geometry, %d images of %d x %d x %d, ms: forward %.2f, gradient %.2f\n", int(batch), int(size),
              int(size), int(channels), median(forward), median(backward));
  std::fflush(stdout);
}

}  // namespace
}  // namespace gan::fixtures

int main(int argc, char** argv) {
  using namespace gan;
  using namespace gan::fixtures;
  if (argc > 1) set_threads(std::max(1, std::atoi(argv[1])));
  std::printf("%-44s %8s %8s %7s %7s\n", "batches of 64, milliseconds", "without", "with", "ratio", "limit");
  compare("a critic turn of WGAN-GP: gradient penalty", critic_turn(false), critic_turn(true), 2.0);
  compare("a step of R3GAN (small): R1 + R2", step_of<models::R3gan>({.r1 = 0, .r2 = 0}), step_of<models::R3gan>({}),
          1.8);
  compare("a step of DCGAN-28: spectral norm in D", dcgan(false), dcgan(true), 1.05);
  compare("a step of DCGAN-28: DiffAugment", dcgan(false), dcgan(false, DiffAugment{}), 1.1);
  const double peak = benchmarks::peak_flops(threads());
  for (const i64 size : {32, 16, 8, 4}) grouped(size, peak);
  ada(28, 1);
  ada(32, 3);
}
