// A system of one's own: InfoGAN (Chen et al. 2016, appendix C.1), which learns what its codes mean without labels.
//   build/release/examples/own_infogan train infogan --data mnist --out runs/infogan
//   build/release/examples/own_infogan sample runs/infogan --out digits.png     a column for each category
#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

/// The non-saturating objective, minus the mutual information between codes and fakes in both formulas.
struct Informative {
  double lambda = 1;
  /// What Q does not know of the codes: labels (N, 3) hold a category and two continuous codes, features (N, 12) what Q
  /// says of them, ten logits and two means of unit variance.
  Var unknown(const Scores& fake) const {
    const Var category = reshape(slice(fake.labels, 1, 0, 1), Shape{fake.labels.shape(0)});
    const Var codes = slice(fake.labels, 1, 1, 3), means = slice(fake.features, 1, 10, 12);
    return cross_entropy(slice(fake.features, 1, 0, 10), category) + mean(square(codes - means));
  }
  Var d(const Scores& real, const Scores& fake) const {
    return NonSaturating{}.d(real.logits, fake.logits) + lambda * unknown(fake);
  }
  Var g(const Scores& fake) const { return NonSaturating{}.g(fake.logits) + lambda * unknown(fake); }
};

struct InfoGan {
  static constexpr const char *name = "infogan", *purpose = "InfoGAN for 28 x 28 images (Chen et al. 2016)";
  struct Options {
    double lambda = 1, generator_rate = 1e-3, discriminator_rate = 2e-4;
    template <class F>
    void visit(F&& f) {
      f("lambda", lambda, "weight of the mutual information", RealRange{0, 100});
      f("generator_rate", generator_rate, "of G's Adam", RealRange{0, 1});
      f("discriminator_rate", discriminator_rate, "of D's and Q's Adam", RealRange{0, 1});
    }
  };
  Options options;
  Sequential G{Dense(74, 1024, {.bias = false}), BatchNorm(1024), ReLU{}, Dense(1024, 6272, {.bias = false}),
               BatchNorm(6272), ReLU{}, Reshape{{7, 7, 128}},
               ConvTranspose2D({.in = 128, .out = 64, .kernel = 4, .stride = 2, .padding = 1, .bias = false}),
               BatchNorm(64), ReLU{},
               ConvTranspose2D({.in = 64, .out = 1, .kernel = 4, .stride = 2, .padding = 1, .activation = Sigmoid{}})};
  Sequential trunk{Conv2D({.in = 1, .out = 64, .kernel = 4, .stride = 2, .padding = 1, .activation = LeakyReLU{0.1}}),
                   Conv2D({.in = 64, .out = 128, .kernel = 4, .stride = 2, .padding = 1, .bias = false}),
                   BatchNorm(128), LeakyReLU{0.1}, Flatten{}, Dense(6272, 1024, {.bias = false}), BatchNorm(1024),
                   LeakyReLU{0.1}};
  Dense D{1024, 1};
  Sequential Q{Dense(1024, 128, {.bias = false}), BatchNorm(128), LeakyReLU{0.1}, Dense(128, 12)};

  explicit InfoGan(const Options& o) : options(o) {}
  void visit(Visitor& v) { v("G", G), v("trunk", trunk), v("D", D), v("Q", Q); }
  void visit_generators(Visitor& v) { v("G", G), v("trunk", trunk), v("Q", Q); }
  static models::Recipe recipe() { return {.data = "mnist", .epochs = 10, .batch_size = 128}; }
  data::Needs needs() const { return {.x = {28, 28, 1}, .low = 0}; }
  InputSpec input() const { return {.latent = {62, Prior::uniform}, .codes = 2, .classes = 10, .low = 0}; }

  Var generate(const Parts& in, Pass& p) const {
    return G(concat<float>({in["z"], in["codes"], one_hot(in["labels"], 10)}, 1), p);
  }
  Game game() {
    TwoPlayers players{.generator = params(G), .discriminator = params(trunk, D, Q), .generate = {}, .score = {}};
    players.generate = [this](const Batch& batch, Round& round, Pass& p) {
      Parts in = draw_input<float>(input(), batch.size(), p.rng, batch["x"].device());
      in.set("labels", rand_classes<float>(batch.size(), 10, p.rng, batch["x"].device()));
      round.put("codes", concat<float>({reshape(in["labels"], Shape{batch.size(), 1}), in["codes"]}, 1));
      return generate(in, p);
    };
    players.score = [this](const Var& x, const Batch&, Round& round, Pass& p) {
      const Var seen = trunk(x, p);
      return Scores(D(seen, p), Q(seen, p), round.detached("codes"));
    };
    const Adam of_g{.learning_rate = options.generator_rate}, of_d{.learning_rate = options.discriminator_rate};
    return std::move(adversarial(std::move(players), Informative{options.lambda},
                                 {.input = input(), .generator = of_g, .discriminator = of_d}).include(*this));
  }
  Abilities abilities() {
    return {{"sample", input(), [this](const Parts& in, Pass& p) { return Parts{{"x", generate(in, p)}}; }},
            {"predict", {.x = {28, 28, 1}, .low = 0},
             [this](const Parts& in, Pass& p) { return Parts{{"codes", Q(trunk(in["x"], p), p)}}; }}};
  }
};

int main(int argc, char** argv) {
  add_system<InfoGan>();
  return app::run(argc, argv, app::gan_program);
}
