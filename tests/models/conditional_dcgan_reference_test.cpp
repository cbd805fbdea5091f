// One turn of each player of the conditional DCGAN, at small widths, against the same nets in PyTorch, in double.
#include "gan/models/conditional_dcgan.hpp"

#include "support/model_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

TEST(ConditionalDcganReference, Turns) {
  models::BasicConditionalDcgan<double> net({.classes = 3, .latent = model_latent, .features = 1, .units = 6});
  const Tensor<double> real = real_images(1, 28);
  const Tensor<double> classes = one_hot(tensor<double>(model_file()["conditional.labels"]), 3);
  check_turns(
      "conditional", net, real, [&](const Tensor<double>& z, Pass& p) { return net.G(z, classes, p); },
      [&](const Tensor<double>& x, Pass& p) { return net.D(x, classes, p); });
}

}  // namespace
