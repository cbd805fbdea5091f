// A user-defined layer with a parameter, in a Sequential: saved, loaded and compared.
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

/// x (…, C) → max(x, floor), one learnt floor per channel.
struct Floor {
  Param<float> floor;  ///< (C)

  explicit Floor(i64 channels) : floor(Shape{channels}, Param<float>::Kind::weight, initializer::normal(0.1)) {}
  Var operator()(const Var& x, Pass& p) const {
    floor.require_ready("Floor");
    return traced("Floor", floor.tensor() + relu(x - floor.tensor()), p, floor);
  }
  void visit(Visitor& v) { v("floor", floor); }
};

Sequential make_net() { return Sequential{Dense(4, 8), Floor(8), Dense(8, 1)}; }

int main() {
  Sequential net = make_net(), again = make_net();
  init(net, 1);
  std::printf("%s", summary(net, Shape{1, 4}).c_str());
  io::make_directory("runs");
  io::save_weights(net, "runs/own_layer.safetensors");
  io::load_weights(again, "runs/own_layer.safetensors");

  Rng rng{2};
  Pass pass = Pass::inference();
  const Var x = randn<float>(Shape{5, 4}, rng);
  const bool same = net(x, pass).to_vector() == again(x, pass).to_vector();
  std::printf("the loaded net %s the saved one\n", same ? "equals" : "differs from");
  return same ? 0 : 1;
}
