// Five steps of RmsProp's variants against PyTorch in double.
#include "gan/optim/rmsprop.hpp"

#include "support/optimizer_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

TEST(RmsPropReference, FiveSteps) {
  for (const std::string name :
       {"rmsprop", "rmsprop_momentum", "rmsprop_centered", "rmsprop_weight_decay", "rmsprop_all"}) {
    const auto option = [&](const char* key) { return optimizer_file().number(name + "." + key); };
    check_steps(name, RmsProp{.learning_rate = option("lr"),
                              .alpha = option("alpha"),
                              .epsilon = option("eps"),
                              .weight_decay = option("weight_decay"),
                              .momentum = option("momentum"),
                              .centered = option("centered") != 0});
  }
}

}  // namespace
