// Five steps of every optimizer against PyTorch in double.
#include "gan/optim/adam.hpp"
#include "gan/optim/sgd.hpp"
#include "reference/reference.hpp"

namespace {

using namespace gan;
using namespace reference;

constexpr double tolerance = 1e-15;
constexpr int steps = 5;

const File& file() {
  static const File f("optimizers.safetensors");
  return f;
}

void check(const std::string& name, Optimizer<double> optimizer) {
  SCOPED_TRACE(name);
  Worst worst;
  const auto key = [&](const std::string& what, int parameter) {
    return name + "." + what + "p" + std::to_string(parameter);
  };
  Parameters<double> w;
  for (int i = 0; i < 2; ++i) {
    w.names.push_back("p" + std::to_string(i));
    w.tensors.push_back(leaf(tensor<double>(file()[key("", i)])));
  }
  for (int step = 0; step < steps; ++step) {
    const std::string number = std::to_string(step) + "_";
    Tensors<double> g;
    for (int i = 0; i < 2; ++i) g.push_back(tensor<double>(file()[key("g" + number, i)]));
    optimizer.step(w, g);
    for (int i = 0; i < 2; ++i)
      expect_close(w.tensors[static_cast<std::size_t>(i)], file()[key("after" + number, i)], tolerance,
                   key("after" + number, i), worst);
  }
  worst.print(name.c_str());
}

TEST(Optimizers, Sgd) {
  for (const std::string name : {"sgd", "sgd_momentum", "sgd_dampening", "sgd_nesterov", "sgd_weight_decay"}) {
    const auto option = [&](const char* key) { return file().number(name + "." + key); };
    check(name, Sgd{.learning_rate = option("lr"),
                    .momentum = option("momentum"),
                    .dampening = option("dampening"),
                    .weight_decay = option("weight_decay"),
                    .nesterov = option("nesterov") != 0});
  }
}

TEST(Optimizers, Adam) {
  for (const std::string name : {"adam", "adam_gan", "adam_weight_decay", "adam_eps"}) {
    const auto option = [&](const char* key) { return file().number(name + "." + key); };
    const Array betas = file()[name + ".betas"];
    check(name, Adam{.learning_rate = option("lr"),
                     .beta1 = betas.values[0],
                     .beta2 = betas.values[1],
                     .epsilon = option("eps"),
                     .weight_decay = option("weight_decay")});
  }
}

}  // namespace
