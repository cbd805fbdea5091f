// A user-defined GAN: a network that is a struct, an objective that is two formulas. The library does the rest.
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

/// Images (N, 28, 28, 1) → logits (N, 1), computed from the mean of every feature over the image.
struct Discriminator {
  Sequential body{Conv2D{{.in = 1, .out = 16, .kernel = 4, .stride = 2, .padding = 1, .activation = LeakyReLU{0.2}}},
                  Conv2D{{.in = 16, .out = 32, .kernel = 4, .stride = 2, .padding = 1, .activation = LeakyReLU{0.2}}}};
  Dense head{32, 1};
  Var operator()(const Var& x, Pass& p) const { return head(mean(body(x, p), {1, 2}), p); }
  void visit(Visitor& v) {
    v("body", body);
    v("head", head);
  }
};

/// The hinge loss with rounded corners: the formulas that the discriminator and the generator minimise.
struct SoftHinge {
  Var d(const Scores& real, const Scores& fake) const {
    return mean(softplus(1 - real.logits)) + mean(softplus(1 + fake.logits));
  }
  Var g(const Scores& fake) const { return -mean(fake.logits); }
};

int main() {
  Sequential G{Dense(16, 128, {.activation = ReLU{}}), Dense(128, 784, {.activation = Tanh{}}), Reshape{{28, 28, 1}}};
  Discriminator D;
  init(G, 1);
  init(D, 1);
  Game game = adversarial(G, D, SoftHinge{}, {.input = {.latent = 16}});
  Trainer trainer{game, data::load("shapes").batches(32), {.rounds = 100, .seed = 1}};
  trainer.run();
  for (const auto& [name, value] : trainer.metrics()) std::printf("%s %.3f\n", name.c_str(), value);
  io::make_directory("runs");
  io::save_grid("runs/own_gan.png", io::sample(G, 64, 16));
}
