// One turn of each player of DCGANs, at small widths, against the same nets in PyTorch, in double.
#include "gan/models/dcgan.hpp"

#include "support/model_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

void check_dcgan(const std::string& name, const models::DcganOptions& options) {
  models::BasicDcgan<double> net(options);
  check_turns(
      name, net, real_images(3, options.size), [&](const Tensor<double>& z, Pass& p) { return net.G(z, p); },
      [&](const Tensor<double>& x, Pass& p) { return net.D(x, p); });
}

TEST(DcganTurnsReference, Common64) {
  check_dcgan("common64", {.channels = 3, .size = 64, .latent = model_latent, .features = 1});
}

TEST(DcganTurnsReference, Common32) {
  check_dcgan("common32", {.channels = 3, .size = 32, .latent = model_latent, .features = 1});
}

TEST(DcganTurnsReference, Authors64) {
  check_dcgan(
      "authors64",
      {.channels = 3, .size = 64, .variant = models::DcganVariant::paper_code, .latent = model_latent, .features = 1});
}

}  // namespace
