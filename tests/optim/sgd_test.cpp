// Five steps of Sgd's variants against PyTorch in double.
#include "gan/optim/sgd.hpp"

#include "support/optimizer_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

TEST(SgdReference, FiveSteps) {
  for (const std::string name : {"sgd", "sgd_momentum", "sgd_dampening", "sgd_nesterov", "sgd_weight_decay"}) {
    const auto option = [&](const char* key) { return optimizer_file().number(name + "." + key); };
    check_steps(name, Sgd{.learning_rate = option("lr"),
                          .momentum = option("momentum"),
                          .dampening = option("dampening"),
                          .weight_decay = option("weight_decay"),
                          .nesterov = option("nesterov") != 0});
  }
}

}  // namespace
