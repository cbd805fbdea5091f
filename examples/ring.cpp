// A GAN in the plane: eight narrow Gaussians on a ring, the classic test of whether a generator finds every mode.
//   build/release/examples/ring --out ring.png
// Each panel shows the data in grey and samples of the generator: green within three standard deviations of the nearest
// mode, red elsewhere. A generator is continuous and the modes are separate, so some samples must lie between them; a
// good generator crosses the gaps quickly. A collapsed one leaves grey modes without green.
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <cmath>
#include <cstdio>

using namespace gan;

namespace {

constexpr double deviation = 0.05;  // of each mode; the ring's radius is 2
constexpr i64 samples = 10000, drawn = 1500;

/// How samples of the generator relate to the modes at one time.
struct Moment {
  i64 round = 0;
  std::vector<drawing::Point> good = {}, bad = {};  ///< within 3 standard deviations of a mode, and the others
  i64 covered = 0;                             ///< modes with at least a quarter of their fair share of good samples
  double share = 0;                            ///< fraction of good samples
};

Moment look(Sequential& G, const Var& centres, i64 round) {
  Moment m{.round = round};
  const Var points = io::sample(G, samples, Latent{2});
  const i64 modes = centres.shape(0);
  std::vector<i64> count(static_cast<std::size_t>(modes));
  for (i64 i = 0; i < samples; ++i) {
    const drawing::Point p{points.data()[2 * i], points.data()[2 * i + 1]};
    const auto distance = [&p, c = centres.data()](i64 k) { return std::hypot(p.x - c[2 * k], p.y - c[2 * k + 1]); };
    i64 nearest = 0;
    for (i64 k = 1; k < modes; ++k) nearest = distance(k) < distance(nearest) ? k : nearest;
    const bool is_good = distance(nearest) <= 3 * deviation;
    (is_good ? m.good : m.bad).push_back(p);
    if (is_good) ++count[static_cast<std::size_t>(nearest)];
  }
  for (const i64 n : count) m.covered += 4 * n * modes >= samples ? 1 : 0;
  m.share = static_cast<double>(m.good.size()) / samples;
  return m;
}

drawing::Canvas draw(const std::vector<Moment>& moments, const data::Points& data, i64 modes) {
  constexpr drawing::Colour black{0x202020}, grey{0xB0B0B0}, green{0x1B9E4B}, red{0xD6402F};
  constexpr double panel = 150, gap = 6;
  constexpr drawing::Interval axis{-2.7, 2.7};
  drawing::Canvas canvas({.width = 6 * 156 + 6, .height = 204});
  const auto part = [](const std::vector<drawing::Point>& points) {  // the same fraction of good and of bad points
    return std::span(points.data(), points.size() * drawn / samples);
  };
  std::vector<drawing::Point> real;
  for (std::size_t i = 0; i < drawn; ++i) real.push_back({data.values()[2 * i], data.values()[2 * i + 1]});
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const Moment& m = moments[i];
    const double left = gap + (panel + gap) * static_cast<double>(i);
    drawing::Axes axes(canvas, {.box = {left, 24, panel, panel}, .x = axis, .y = axis});
    axes.dots(real, 2, grey);
    axes.dots(part(m.bad), 0.9, red, 0.7);
    axes.dots(part(m.good), 0.9, green, 0.7);
    axes.frame({.colour = grey, .width = 1});
    const drawing::TextOptions words{.height = 9, .colour = black, .align = drawing::Align::centre};
    canvas.text({left + panel / 2, 16}, "round " + std::to_string(m.round), words);
    char result[64];
    std::snprintf(result, sizeof result, "%d/%d modes, %.0f%% near", int(m.covered), int(modes), 100 * m.share);
    canvas.text({left + panel / 2, 24 + panel + 19}, result, words);
  }
  return canvas;
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string out = "ring.png";
    u64 seed = 1;
    i64 rounds = 5000;
    bool require = false;
    app::Options options("ring", "draws how a GAN finds the modes of a mixture of Gaussians in the plane");
    options.add("--out FILE.png", out, "the picture")
        .add("--seed N", seed, "of the data, the networks and the training")
        .add("--rounds N", rounds, "rounds: a turn of each player", {.min = 100, .max = 1000000})
        .also_called("steps")
        .add("--require", require, "fail unless every mode is covered and 0.8 of the samples are near one");
    if (!options.parse(count, words)) return 0;

    const data::RingOptions ring{.count = 50000, .deviation = deviation, .seed = seed};
    const data::Points data = data::ring(ring);
    const Var centres = data::centres(ring);

    const DenseOptions he_relu{.activation = ReLU{}, .initializer = initializer::he_normal()};
    const DenseOptions he_leaky{.activation = LeakyReLU{0.2}, .initializer = initializer::he_normal()};
    Sequential G{Dense(2, 64, he_relu), Dense(64, 64, he_relu), Dense(64, 2)};
    Sequential D{Dense(2, 64, he_leaky), Dense(64, 64, he_leaky), Dense(64, 1)};
    init(G, seed);
    init(D, seed + 1);

    // A falling learning rate lets both networks converge, and a penalty on D's gradient at real points keeps D from
    // becoming so steep that G is thrown from mode to mode: without it some seeds lose a mode permanently.
    const OptimizerSpec adam = OptimizerSpec(Adam{.learning_rate = 2e-3})
                          .learning_rate(schedule::linear_to_zero({.from = rounds / 2, .steps = rounds - rounds / 2}));
    Game game =
        adversarial(G, D, NonSaturating{}, {.input = {.latent = 2}, .generator = adam, .discriminator = adam}, R1{0.1});
    Trainer trainer{game, data.batches(256), {.rounds = rounds, .seed = seed}};

    std::vector<Moment> moments{look(G, centres, 0)};
    trainer.every(1, [&](Trainer& t) {
      for (const double share : {0.02, 0.06, 0.15, 0.4, 1.0})
        if (t.round() == std::llround(share * static_cast<double>(rounds)))
          moments.push_back(look(G, centres, t.round()));
    });
    trainer.run();

    io::make_directory_of(out);
    draw(moments, data, centres.shape(0)).save(out);
    for (const Moment& m : moments)
      std::printf("round %5lld: %2lld of %lld modes covered, %.3f of the samples within 3 deviations of one\n",
                  static_cast<long long>(m.round), static_cast<long long>(m.covered),
                  static_cast<long long>(centres.shape(0)), m.share);
    const bool found = moments.back().covered == centres.shape(0) && moments.back().share >= 0.8;
    std::printf("%s: see %s\n", found ? "every mode is found" : "modes are missing, or samples stray", out.c_str());
    return require && !found ? 1 : 0;
  });
}
