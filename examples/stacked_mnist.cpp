// Which objective, with which penalty, finds all 1000 modes of stacked MNIST? Trains the same small networks with each
// of a list of objectives; a classifier tells the modes of the samples, three digits each.
//   build/release/examples/classifier --data mnist
//   build/release/examples/stacked_mnist --only "relativistic pairing + R1 + R2"
#include <gan/app/options.hpp>
#include <gan/core/parallel.hpp>
#include <gan/gan.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

using namespace gan;

namespace {

const InputSpec input{.latent = 64};

struct Settings {
  i64 rounds = 20000, batch_size = 64, features = 32, samples = 25600, measure_every = 2500;
  u64 seed = 1;
  double gamma = 0.5;  ///< of the penalties at the start, a tenth at the end
};

struct Networks {
  Sequential G, D;
};
struct Plan {
  const char* name;
  std::function<Game(Networks&, const Settings&)> game;
  bool batch_norm = false;  ///< in D; penalties need a D that sees each image by itself
};

/// Adam without momentum, for critics with a gradient penalty; the rate falls to a quarter.
AdversarialOptions options(const Settings& s, int discriminator_steps = 1) {
  const OptimizerSpec adam = OptimizerSpec(Adam{.learning_rate = 2e-4, .beta1 = 0, .beta2 = 0.99})
                                 .learning_rate(schedule::cosine({.steps = s.rounds, .floor = 0.25}));
  return {.input = input,
          .discriminator_steps = discriminator_steps,
          .separate_batches = true,
          .generator = adam,
          .discriminator = adam};
}
Schedule falling(const Settings& s) {
  return schedule::cosine_ramp({.from = s.gamma, .to = s.gamma / 10, .steps = s.rounds});
}

const std::vector<Plan> plans{
    {"relativistic pairing + R1 + R2",
     [](Networks& n, const Settings& s) {
       return adversarial(n.G, n.D, Relativistic{}, options(s), R1{falling(s)} + R2{falling(s)});
     }},
    {"non-saturating + R1 + R2",
     [](Networks& n, const Settings& s) {
       return adversarial(n.G, n.D, NonSaturating{}, options(s), R1{falling(s)} + R2{falling(s)});
     }},
    {"relativistic pairing + R1",
     [](Networks& n, const Settings& s) { return adversarial(n.G, n.D, Relativistic{}, options(s), R1{falling(s)}); }},
    {"non-saturating + R1",
     [](Networks& n, const Settings& s) { return adversarial(n.G, n.D, NonSaturating{}, options(s), R1{falling(s)}); }},
    {"Wasserstein + gradient penalty",
     [](Networks& n, const Settings& s) {
       return adversarial(n.G, n.D, Wasserstein{}, options(s, 3), GradientPenalty{10});
     }},
    {"DCGAN: non-saturating, batch norm in D",
     [](Networks& n, const Settings&) {
       const Adam adam{.learning_rate = 2e-4, .beta1 = 0.5};
       return adversarial(n.G, n.D, NonSaturating{}, {.input = input, .generator = adam, .discriminator = adam});
     },
     true},
};

/// z → 7 x 7 x 4f → 14 x 14 x 2f → 28 x 28 x 3, and back.
Networks networks(bool batch_norm, i64 f, u64 seed) {
  const auto halving = [](i64 in, i64 out, bool bias, FusedActivation activation = {}) {
    return ConvOptions{
        .in = in, .out = out, .kernel = 4, .stride = 2, .padding = 1, .bias = bias, .activation = activation};
  };
  const FusedActivation leaky = LeakyReLU{0.2};
  Networks n;
  n.G = Sequential{Dense(input.latent.size, 49 * 4 * f, {.bias = false}),
                   BatchNorm(49 * 4 * f, {.activation = ReLU{}}),
                   Reshape{{7, 7, 4 * f}},
                   ConvTranspose2D{halving(4 * f, 2 * f, false)},
                   BatchNorm(2 * f, {.activation = ReLU{}}),
                   ConvTranspose2D{halving(2 * f, 3, true, Tanh{})}};
  n.D = Sequential{Conv2D{halving(3, 2 * f, true, leaky)}};
  if (batch_norm)
    n.D.add(Conv2D{halving(2 * f, 4 * f, false)}).add(BatchNorm(4 * f, {.activation = leaky}));
  else
    n.D.add(Conv2D{halving(2 * f, 4 * f, true, leaky)});
  n.D.add(Flatten{}).add(Dense(49 * 4 * f, 1));
  init(n.G, seed);
  init(n.D, seed + 1000);
  return n;
}

metrics::ModeCoverage look(Sequential& G, const backbones::Classifier& classifier, const Settings& s) {
  std::vector<i64> labels;
  for (i64 first = 0; first < s.samples; first += 200) {
    const Var images = io::sample(G, std::min<i64>(200, s.samples - first), input, 1000 + static_cast<u64>(first));
    const std::vector<i64> some = backbones::stacked_labels(classifier, images);
    labels.insert(labels.end(), some.begin(), some.end());
  }
  return metrics::label_coverage(labels, 1000);
}

void train(const Plan& plan, const data::Images& images, const backbones::Classifier& classifier, const Settings& s) {
  Networks n = networks(plan.batch_norm, s.features, s.seed);
  Game game = plan.game(n, s);
  Trainer trainer{game, images.batches(s.batch_size), {.rounds = s.rounds, .seed = s.seed}};
  Sequential& average = trainer.average(n.G).network();
  const auto start = std::chrono::steady_clock::now();
  const auto show = [&](const Trainer& t) {
    const metrics::ModeCoverage c = look(average, classifier, s);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%-40s %4d %8d %6d %9.4f %7.0f\n", plan.name, static_cast<int>(s.seed), static_cast<int>(t.round()),
                static_cast<int>(c.hit), c.divergence, took.count());
    std::fflush(stdout);
  };
  trainer.every(s.measure_every, show);
  try {
    trainer.run();
  } catch (const NotFiniteError&) {
    std::printf("%-40s %4d %8d diverged\n", plan.name, static_cast<int>(s.seed), static_cast<int>(trainer.round()));
    return;
  }
  std::string name = plan.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  std::filesystem::create_directories("runs/stacked_mnist");
  const std::string file = "runs/stacked_mnist/" + name + "_" + std::to_string(s.seed) + ".png";
  io::save_grid(file, io::sample(average, 64, input, 1));
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    Settings s;
    std::string only, file = "runs/classifiers/mnist.safetensors";
    i64 seed = 1, threads = 0;
    app::Options options("stacked_mnist", "compares objectives and penalties by the modes of stacked MNIST they find");
    options.add("--only WORDS", only, "only the objectives whose names contain these words")
        .add("--rounds N", s.rounds, "rounds of each training", {.min = 1, .max = 10000000})
        .add("--batch-size N", s.batch_size, "images in a batch", {.min = 2, .max = 65536})
        .add("--features N", s.features, "half the channels next to the image", {.min = 1, .max = 1024})
        .add("--gamma X", s.gamma, "weight of R1 and R2 at the start, a tenth at the end", {.min = 0, .max = 1e6})
        .add("--samples N", s.samples, "images to classify", {.min = 1000, .max = 10000000})
        .add("--measure-every N", s.measure_every, "rounds between measurements", {.min = 1, .max = 10000000})
        .add("--classifier FILE", file, "from the program classifier")
        .add("--seed N", seed, "of weights, data order and noise", {.min = 0, .max = 1000000})
        .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024});
    if (!options.parse(count, words)) return 0;
    s.seed = static_cast<u64>(seed);
    if (threads > 0) set_threads(static_cast<int>(threads));

    const backbones::TrainedClassifier judge = backbones::load_classifier(file);
    const data::Images images = data::load("stacked-mnist", data::Split::train).scale(-1, 1);
    std::printf("%-40s %4s %8s %6s %9s %7s\n", "", "seed", "round", "modes", "KL, nats", "s");
    for (const Plan& plan : plans)
      if (std::string(plan.name).find(only) != std::string::npos) train(plan, images, judge.net, s);
    return 0;
  });
}
