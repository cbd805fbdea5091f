// A GAN in one dimension, where everything can be seen: figure 1 of Goodfellow et al. 2014, drawn during training.
//   build/release/examples/gan_1d --out gan_1d.png
// A panel shows the density of the data, p_data (dotted), that of generated points, p_g (green), and D(x), the
// discriminator's estimate of the probability that x is real (dashed). Below, lines lead from z to x = G(z): where they
// crowd, p_g is high. Before training, G knows nothing. D learns to rise where real points outnumber generated ones,
// and G moves its points to where D is high. In the end p_g equals p_data, they cannot be told apart, and D(x) is 1/2
// wherever there are points.
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <cmath>
#include <cstdio>
#include <numbers>

using namespace gan;

namespace {

constexpr drawing::Interval axis{-3, 3};  // of x
constexpr i64 bins = 75, samples = 100000;
constexpr double bin_width = (axis.high - axis.low) / bins;

/// The density of the data at x.
double density(const data::MixtureOptions& data, double x) {
  double p = 0;
  for (std::size_t k = 0; k < data.means.size(); ++k)
    p += data.weights[k] / data.deviations[k] * std::exp(-std::pow((x - data.means[k]) / data.deviations[k], 2) / 2);
  return p / std::sqrt(2 * std::numbers::pi);
}

/// The state of both networks at one time, at the centres of the bins.
struct Moment {
  i64 round = 0;
  std::vector<drawing::Point> p_data = {}, p_g = {}, d = {}, moves = {};  ///< the last: (z, G(z))
  double distance = 0;               ///< total variation between p_g and p_data: 0 equal, 1 disjoint
  double mean_gap = 0, max_gap = 0;  ///< of |D(x) - 1/2|: mean over the data, maximum where p_data > 0.02
};

Moment look(Sequential& G, const Sequential& D, const data::MixtureOptions& data, i64 round) {
  NoGrad constant;
  Pass pass = Pass::inference();
  std::vector<double> count(bins);
  const Var generated = io::sample(G, samples, Latent{1});
  for (const float x : generated.values())
    if (x >= axis.low && x < axis.high) ++count[static_cast<std::size_t>((x - axis.low) / bin_width)];
  std::vector<float> middles, zs;
  for (i64 i = 0; i < bins; ++i) middles.push_back(static_cast<float>(axis.low + (double(i) + 0.5) * bin_width));
  for (int i = -12; i <= 12; ++i) zs.push_back(static_cast<float>(i) / 6);
  const Var d = sigmoid(D(Var::from(middles, {bins, 1}), pass)), moved = G(Var::from(zs, {25, 1}), pass);

  Moment m{.round = round, .distance = 1};
  for (std::size_t i = 0; i < bins; ++i) {
    const double x = middles[i], p = density(data, x), q = count[i] / (samples * bin_width);
    const double gap = std::abs(d.data()[i] - 0.5);
    m.p_data.push_back({x, p}), m.p_g.push_back({x, q}), m.d.push_back({x, d.data()[i]});
    m.distance -= std::min(p, q) * bin_width;
    m.mean_gap += gap * p * bin_width;
    if (p > 0.02) m.max_gap = std::max(m.max_gap, gap);
  }
  for (std::size_t i = 0; i < zs.size(); ++i) m.moves.push_back({zs[i], moved.data()[i]});
  return m;
}

constexpr drawing::Colour black{0x202020}, grey{0x909090}, green{0x1B9E4B}, blue{0x2B5FD9};
constexpr drawing::Pen data_pen{.colour = black, .width = 2.6, .dash = 0, .gap = 5};
constexpr drawing::Pen g_pen{.colour = green, .width = 2}, thin{.colour = grey, .width = 1};
constexpr drawing::Pen d_pen{.colour = blue, .width = 2.2, .dash = 7, .gap = 5};
constexpr drawing::TextOptions label{.height = 10, .colour = black, .weight = 1.3};

void draw_panel(drawing::Canvas& canvas, const Moment& m, drawing::Point corner) {
  constexpr double width = 240, height = 160, below = 64;
  const double floor = corner.y + height;
  drawing::Axes upper(canvas, {.box = {corner.x, corner.y, width, height}, .x = axis, .y = {0, 1}});
  upper.line({{axis.low, 0.5}, {axis.high, 0.5}}, {.colour = grey, .width = 1, .opacity = 0.35});
  upper.area(m.p_g, green, 0.18);
  upper.line(m.p_g, g_pen);
  upper.line(m.p_data, data_pen);
  upper.line(m.d, d_pen);
  upper.frame(thin);
  upper.ticks_y({0, 0.5, 1}, {.height = 8, .colour = grey});
  canvas.text({corner.x, corner.y - 10}, "round " + std::to_string(m.round), label);

  drawing::Axes lower(canvas, {.box = {corner.x, floor, width, below}, .x = axis, .y = {0, 1}});
  for (const auto& [z, x] : m.moves) lower.line({{z, 0}, {x, 1}}, {.colour = green, .opacity = 0.5});
  lower.line({{axis.low, 0}, {axis.high, 0}}, thin);
  canvas.text({corner.x - 16, floor + 16}, "x", label), canvas.text({corner.x - 16, floor + below + 3}, "z", label);
}

drawing::Canvas draw(const std::vector<Moment>& moments) {
  drawing::Canvas canvas({.width = 840, .height = 604});
  const auto legend = [&canvas](double x, const char* words, const drawing::Pen& pen) {
    canvas.line({{x, 20}, {x + 36, 20}}, pen);
    canvas.text({x + 46, 25}, words, label);
  };
  legend(36, "p_data, the density of the data", data_pen);
  legend(326, "p_g, the density of G(z)", g_pen);
  legend(570, "D(x), how likely x is real", d_pen);
  for (unsigned i = 0; i < moments.size(); ++i)
    draw_panel(canvas, moments[i], {36 + 272.0 * (i % 3), 70 + 276.0 * (i / 3)});
  return canvas;
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string out = "gan_1d.png";
    u64 seed = 1;
    i64 rounds = 3000;
    bool require = false;
    app::Options options("gan_1d", "draws how a GAN learns a density on the line (Goodfellow et al. 2014, figure 1)");
    options.add("--out FILE.png", out, "the picture")
        .add("--seed N", seed, "of the data, the networks and the training")
        .add("--rounds N", rounds, "rounds: three turns of D and one of G", {.min = 100, .max = 1000000})
        .also_called("steps")
        .add("--require", require, "fail unless p_g is within 0.05 of p_data and D on average within 0.02 of 1/2");
    if (!options.parse(count, words)) return 0;

    const data::MixtureOptions mixture{
        .count = 100000, .means = {-1.2, 1}, .deviations = {0.5, 0.6}, .weights = {0.4, 0.6}, .seed = seed};
    const DenseOptions tanh{.activation = Tanh{}}, leaky{.activation = LeakyReLU{0.2}};
    Sequential G{Dense(1, 32, tanh), Dense(32, 32, tanh), Dense(32, 1)};
    Sequential D{Dense(1, 32, leaky), Dense(32, 32, leaky), Dense(32, 1)};
    init(G, seed), init(D, seed + 1);

    // With a constant learning rate G keeps moving around the solution; with a falling one both networks converge. A
    // schedule counts the updates of its own player, and D makes three in a round.
    const auto falling = [rounds](double rate, i64 turns) {
      const schedule::LinearToZeroOptions half{.from = turns * rounds / 2, .steps = turns * rounds / 2};
      return OptimizerSpec(Adam{.learning_rate = rate, .beta1 = 0}).learning_rate(schedule::linear_to_zero(half));
    };
    AdversarialOptions turns{.input = {.latent = 1},
                             .discriminator_steps = 3,
                             .generator = falling(1e-3, 1),
                             .discriminator = falling(3e-3, 3)};
    Game game = adversarial(G, D, NonSaturating{}, turns);
    Trainer trainer{game, data::mixture(mixture).batches(256), {.rounds = rounds, .seed = seed}};
    std::vector<Moment> moments{look(G, D, mixture, 0)};
    trainer.every(1, [&](Trainer& t) {
      for (const double share : {0.01, 0.04, 0.12, 0.4, 1.0})
        if (t.round() == std::llround(share * double(rounds))) moments.push_back(look(G, D, mixture, t.round()));
    });
    trainer.run();

    io::make_directory_of(out);
    draw(moments).save(out);
    std::printf("round   distance of p_g from p_data   |D(x) - 1/2|: mean over the data, largest\n");
    for (const Moment& m : moments)
      std::printf("%5lld %29.3f %33.4f %9.4f\n", static_cast<long long>(m.round), m.distance, m.mean_gap, m.max_gap);
    const bool solved = moments.back().distance <= 0.05 && moments.back().mean_gap <= 0.02;
    std::printf("%s: see %s\n", solved ? "p_g is p_data and D(x) is 1/2, nearly" : "not solved", out.c_str());
    return require && !solved ? 1 : 0;
  });
}
