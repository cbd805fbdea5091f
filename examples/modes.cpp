// Which objective, with which penalty, finds every mode of a mixture of Gaussians in the plane? Trains the same small
// networks with each of a list of objectives, several times, and prints a table.
//   build/release/examples/modes --data ring --seeds 10
//   build/release/examples/modes --data grid --seeds 10 --only hinge
// A mode is found if it gets at least a quarter of its share of the samples, and a sample is good if it lies within
// three standard deviations of a mode.
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

using namespace gan;

namespace {

/// Multiplies the coordinates: with spectral norm after it, D may be this steep.
struct Scale {
  double factor = 5;
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass&) const {
    return factor * x;
  }
};

struct Networks {
  Sequential G, D;
};
struct Plan {
  const char* name;
  /// The game of two networks, given Adam for both players.
  std::function<Game(Networks&, const OptimizerSpec&)> game;
  bool spectral_norm = false;  ///< in every layer of D
};

AdversarialOptions options(const OptimizerSpec& both, int discriminator_steps = 1) {
  return {.input = {.latent = 2},
          .discriminator_steps = discriminator_steps,
          .generator = both,
          .discriminator = both};
}
template <class Objective, class Penalty = NoPenalty>
auto with(Objective objective, Penalty penalty = {}, int discriminator_steps = 1) {
  return [=](Networks& n, const OptimizerSpec& both) {
    return adversarial(n.G, n.D, objective, options(both, discriminator_steps), penalty);
  };
}

constexpr RelativisticTo against_average = RelativisticTo::average;
const std::vector<Plan> plans{
    {"non-saturating + R1", with(NonSaturating{}, R1{0.02})},
    {"hinge, spectral norm", with(Hinge{}), true},
    {"least squares", with(LeastSquares{})},
    {"relativistic average + R1", with(Relativistic{.to = against_average}, R1{0.02})},
    {"relativistic pairing + R1 + R2", with(Relativistic{}, R1{0.02} + R2{0.02})},
    {"Wasserstein + gradient penalty", with(Wasserstein{}, GradientPenalty{1}, 3)},
    {"minimax", with(Saturating{})},
    {"minimax, unrolled by 5",
     [](Networks& n, const OptimizerSpec& both) {
       AdversarialOptions o = options(both);
       o.unrolled = 5;
       return adversarial(n.G, n.D, Saturating{}, o);
     }},
    {"non-saturating", with(NonSaturating{})},
    {"non-saturating, smoothed labels", with(NonSaturating{.real_label = 0.9})},
    {"non-saturating, noisy labels", with(NoisyLabels{})},
    {"non-saturating + DRAGAN", with(NonSaturating{}, Dragan{0.1})},
    {"non-saturating + 0-GP", with(NonSaturating{}, ZeroCentered{0.02})},
    {"non-saturating, instance noise",
     [](Networks& n, const OptimizerSpec& both) {
       AdversarialOptions o = options(both);
       o.augment = InstanceNoise{schedule::ramp({.from = 0.5, .to = 0, .steps = 4000})};
       return adversarial(n.G, n.D, NonSaturating{}, o);
     }},
    {"least squares + R1", with(LeastSquares{}, R1{0.1})},
    {"hinge", with(Hinge{})},
    {"hinge + R1", with(Hinge{}, R1{0.02})},
    {"hinge + LeCam", with(LeCam<Hinge>{})},
    {"relativistic average", with(Relativistic{.to = against_average})},
    {"relativistic pairing", with(Relativistic{})},
    {"Wasserstein, clipped weights",
     [](Networks& n, const OptimizerSpec& both) {
       AdversarialOptions o = options(both, 5);
       o.generator = RmsProp{.learning_rate = 5e-4};
       o.discriminator = OptimizerSpec(RmsProp{.learning_rate = 5e-4}).clip_weights(0.1, ClipWhen::before_turn);
       return adversarial(n.G, n.D, Wasserstein{}, o);
     }},
};

Networks networks(bool spectral_norm, u64 seed) {
  const auto layer = [](i64 in, i64 out, FusedActivation activation) {
    return Dense(in, out, {.activation = activation, .initializer = initializer::he_normal()});
  };
  Networks n{.G = Sequential{layer(2, 128, ReLU{}), layer(128, 128, ReLU{}), Dense(128, 2)}, .D = {}};
  const FusedActivation leaky = LeakyReLU{0.2};
  if (spectral_norm)
    n.D = Sequential{Scale{}, SpectralNorm(layer(2, 128, leaky)), SpectralNorm(layer(128, 128, leaky)),
                     SpectralNorm(Dense(128, 1))};
  else
    n.D = Sequential{layer(2, 128, leaky), layer(128, 128, leaky), Dense(128, 1)};
  init(n.G, seed);
  init(n.D, seed + 1000);
  return n;
}

struct Found {
  i64 modes = 0;
  double good = 0;  ///< share of the samples
};
Found look(Sequential& G, const Var& centres, double deviation) {
  constexpr i64 samples = 10000;
  const Var points = io::sample(G, samples, Latent{2});
  const i64 modes = centres.shape(0);
  std::vector<i64> count(static_cast<std::size_t>(modes));
  for (i64 i = 0; i < samples; ++i) {
    const auto distance = [p = points.data() + 2 * i, c = centres.data()](i64 k) {
      return std::hypot(p[0] - c[2 * k], p[1] - c[2 * k + 1]);
    };
    i64 nearest = 0;
    for (i64 k = 1; k < modes; ++k) nearest = distance(k) < distance(nearest) ? k : nearest;
    if (distance(nearest) <= 3 * deviation) ++count[static_cast<std::size_t>(nearest)];
  }
  Found found;
  for (const i64 n : count) {
    found.modes += 4 * n * modes >= samples ? 1 : 0;
    found.good += static_cast<double>(n) / samples;
  }
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string which = "ring", only;
    i64 seeds = 10, rounds = 5000;
    app::Options options("modes", "compares objectives and penalties by the modes of a mixture that they find");
    options.add("--data NAME", which, "ring of 8 modes, or grid of 25")
        .add("--seeds N", seeds, "trainings of each objective", {.min = 1, .max = 1000})
        .add("--rounds N", rounds, "rounds of each training", {.min = 2, .max = 1000000})
        .add("--only WORDS", only, "only the objectives whose names contain these words");
    if (!options.parse(count, words)) return 0;
    if (which != "ring" && which != "grid") throw UsageError("--data is ring or grid, not " + which);

    const data::RingOptions ring{.count = 50000, .deviation = 0.05};
    const data::GridOptions grid{.count = 50000, .deviation = 0.05};
    const data::Points data = which == "ring" ? data::ring(ring) : data::grid(grid);
    const Var centres = which == "ring" ? data::centres(ring) : data::centres(grid);
    const i64 modes = centres.shape(0);
    std::printf("%-34s %9s %6s %6s   %20s %6s\n", "", "all modes", "modes", "", "good samples, %", "s");
    std::printf("%-34s %9s %6s %6s   %6s %6s %6s\n", which.c_str(), "found in", "median", "fewest", "median", "least",
                "each");
    for (const Plan& plan : plans) {
      if (std::string(plan.name).find(only) == std::string::npos) continue;
      std::vector<i64> found;
      std::vector<double> good;
      const auto start = std::chrono::steady_clock::now();
      for (u64 seed = 1; seed <= static_cast<u64>(seeds); ++seed) {
        Networks n = networks(plan.spectral_norm, seed);
        // A falling learning rate and an average of the generator let the samples settle. The grid is wider: it takes a
        // higher rate to reach its corners in as many rounds.
        const double learning_rate = which == "grid" ? 5e-3 : 2e-3;
        const OptimizerSpec adam =
            OptimizerSpec(Adam{.learning_rate = learning_rate, .beta1 = 0, .beta2 = 0.99})
                .learning_rate(schedule::linear_to_zero({.from = rounds / 2, .steps = rounds - rounds / 2}));
        Game game = plan.game(n, adam);
        Trainer trainer{game, data.batches(256), {.rounds = rounds, .seed = seed}};
        Sequential& average = trainer.average(n.G).network();
        Found f;
        try {
          trainer.run();
          f = look(average, centres, ring.deviation);
        } catch (const NotFiniteError&) {}  // it diverged, and found nothing
        found.push_back(f.modes);
        good.push_back(100 * f.good);
      }
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      std::sort(found.begin(), found.end());
      std::sort(good.begin(), good.end());
      const std::size_t middle = found.size() / 2;
      std::printf("%-34s %3d of %2d %6d %6d   %6.1f %6.1f %6.1f\n", plan.name,
                  static_cast<int>(std::count(found.begin(), found.end(), modes)), static_cast<int>(seeds),
                  static_cast<int>(found[middle]), static_cast<int>(found[0]), good[middle], good[0],
                  took.count() / static_cast<double>(seeds));
      std::fflush(stdout);
    }
    return 0;
  });
}
