// Five steps of Adam's variants against PyTorch in double.
#include "gan/optim/adam.hpp"

#include "support/optimizer_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

TEST(AdamReference, FiveSteps) {
  for (const std::string name : {"adam", "adam_gan", "adam_weight_decay", "adam_eps"}) {
    const auto option = [&](const char* key) { return optimizer_file().number(name + "." + key); };
    const Array betas = optimizer_file()[name + ".betas"];
    check_steps(name, Adam{.learning_rate = option("lr"),
                           .beta1 = betas.values[0],
                           .beta2 = betas.values[1],
                           .epsilon = option("eps"),
                           .weight_decay = option("weight_decay")});
  }
}

}  // namespace
