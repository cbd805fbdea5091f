// One turn of each player of the models' nets, at small widths, against the same nets in PyTorch, in double: losses and
// the gradient of every parameter, read and compared through the layouts that weights files have.
#include "gan/grad/grad.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/dcgan.hpp"
#include "reference/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using T = double;

constexpr i64 batch = 3, latent = 5;
constexpr double tolerance = 1e-12;

const File& file() {
  static const File f("models.safetensors");
  return f;
}
const io::SafeTensors& contents() {
  static const io::SafeTensors c = io::read_safetensors(std::string(GAN_TESTS_DIR) + "/reference/models.safetensors");
  return c;
}

/// The script's formula for real images.
Tensor<T> real_images(i64 channels, i64 size) {
  Array x{Shape{batch, channels, size, size}, {}};
  for (i64 n = 0; n < batch; ++n)
    for (i64 i = 0; i < channels * size * size; ++i)
      x.values.push_back(std::sin(0.1 * static_cast<double>(i) + static_cast<double>(n)));
  return tensor<T>(ours(x));
}

/// Reads the weights "<prefix><name>". Running statistics are not there for nets that have none.
template <class M>
void load(M& net, const std::string& prefix) {
  io::load_weights(net, contents(), prefix);
  to(net, device());
}

/// The file's gradients "<prefix><name>", in our layout.
template <class M>
void expect_gradients(M& net, const Tensor<T>& loss, const std::string& prefix, Worst& worst) {
  each_param(net, [&](const std::string& name, Param<T>& p) {
    if (!p.trainable()) return;
    const Tensor<T> expected = io::detail::from_file<T>(contents(), prefix + name, p);
    expect_norm_close(grad(loss, {p.tensor()})[0], array(expected), tolerance, prefix + name, worst);
  });
}

template <class Model, class Generate, class Judge>
void check(const std::string& name, Model& net, const Tensor<T>& real, Generate generate, Judge judge) {
  Worst worst;
  load(net.G, name + ".G.");
  load(net.D, name + ".D.");
  Pass pass = Pass::training();
  const Tensor<T> fake = generate(tensor<T>(file()[name + ".z"]), pass);
  const NonSaturating objective;
  const Tensor<T> loss_d = objective.d<T>(judge(real, pass), judge(detach(fake), pass));
  const Tensor<T> loss_g = objective.g<T>(judge(fake, pass));
  expect_close(loss_d, file()[name + ".loss_d"], tolerance, "loss_d", worst);
  expect_close(loss_g, file()[name + ".loss_g"], tolerance, "loss_g", worst);
  expect_gradients(net.D, loss_d, name + ".grad_d.", worst);
  expect_gradients(net.G, loss_g, name + ".grad_g.", worst);
  worst.print(name.c_str());
}

void check_dcgan(const std::string& name, const models::DcganOptions& options) {
  models::BasicDcgan<T> net(options);
  check(
      name, net, real_images(3, options.size), [&](const Tensor<T>& z, Pass& p) { return net.G(z, p); },
      [&](const Tensor<T>& x, Pass& p) { return net.D(x, p); });
}

TEST(ModelsReference, DcganCommon64) {
  check_dcgan("common64", {.channels = 3, .size = 64, .latent = latent, .features = 1});
}

TEST(ModelsReference, DcganCommon32) {
  check_dcgan("common32", {.channels = 3, .size = 32, .latent = latent, .features = 1});
}

TEST(ModelsReference, DcganAuthors64) {
  check_dcgan("authors64",
              {.channels = 3, .size = 64, .variant = models::DcganVariant::paper_code, .latent = latent, .features = 1});
}

TEST(ModelsReference, ConditionalDcgan) {
  models::BasicConditionalDcgan<T> net({.classes = 3, .latent = latent, .features = 1, .units = 6});
  const Tensor<T> real = real_images(1, 28);
  const Tensor<T> classes = net.classes_of({real, tensor<T>(file()["conditional.labels"]), {}});
  check(
      "conditional", net, real, [&](const Tensor<T>& z, Pass& p) { return net.G(z, classes, p); },
      [&](const Tensor<T>& x, Pass& p) { return net.D(x, classes, p); });
}

}  // namespace
