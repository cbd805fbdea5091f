// The program gan with a system of one's own on its list: own_system train mine --data shapes --out runs/mine
#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

struct Mine {
  static constexpr const char *name = "mine", *purpose = "a GAN of my own";
  struct Options {
    i64 latent = 16;
    template <class F>
    void visit(F&& f) { f("latent", latent, "numbers in z", IntRange{1, 1024}); }
  };
  Options options;
  Sequential G, D;

  explicit Mine(const Options& o)
      : options(o),
        G{Dense(o.latent, 128, {.activation = ReLU{}}), Dense(128, 784, {.activation = Tanh{}}), Reshape{{28, 28, 1}}},
        D{Flatten{}, Dense(784, 64, {.activation = LeakyReLU{0.2}}), Dense(64, 1)} {}
  void visit(Visitor& v) {
    v("G", G);
    v("D", D);
  }
  data::Needs needs() const { return {.x = {28, 28, 1}}; }
  InputSpec input() const { return {.latent = options.latent}; }
  Game game() { return adversarial(G, D, NonSaturating{}, {.input = input()}); }
  Abilities abilities() { return {ability("sample", input(), G)}; }
};

int main(int argc, char** argv) {
  add_system<Mine>();
  return app::run(argc, argv, app::gan_program);
}
