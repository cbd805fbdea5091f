// One turn of each player of the models' nets, at small widths, against the same nets in PyTorch, in double: losses and
// the gradient of every parameter, read and compared through the layouts that weights files have.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/io/weights.hpp"
#include "gan/objectives/adversarial.hpp"
#include "support/reference.hpp"

namespace reference {

using gan::Param;
using gan::Pass;

inline constexpr i64 model_batch = 3, model_latent = 5;
inline constexpr double model_tolerance = 1e-12;

inline const File& model_file() {
  static const File f("models.safetensors");
  return f;
}
inline const gan::io::SafeTensors& model_contents() {
  static const gan::io::SafeTensors c =
      gan::io::read_safetensors(std::string(GAN_TESTS_DIR) + "/reference/models.safetensors");
  return c;
}

/// The script's formula for real images.
inline Tensor<double> real_images(i64 channels, i64 size) {
  Array x{Shape{model_batch, channels, size, size}, {}};
  for (i64 n = 0; n < model_batch; ++n)
    for (i64 i = 0; i < channels * size * size; ++i)
      x.values.push_back(std::sin(0.1 * static_cast<double>(i) + static_cast<double>(n)));
  return tensor<double>(ours(x));
}

/// Reads the weights "<prefix><name>". Running statistics are not there for nets that have none.
template <class M>
void load_model(M& net, const std::string& prefix) {
  gan::io::load_weights(net, model_contents(), prefix);
  gan::to(net, device());
}

/// The file's gradients "<prefix><name>", in our layout.
template <class M>
void expect_gradients(M& net, const Tensor<double>& loss, const std::string& prefix, Worst& worst) {
  gan::each_param(net, [&](const std::string& name, Param<double>& p) {
    if (!p.trainable()) return;
    const Tensor<double> expected = gan::io::detail::from_file<double>(model_contents(), prefix + name, p);
    expect_norm_close(gan::grad(loss, {p.tensor()})[0], array(expected), model_tolerance, prefix + name, worst);
  });
}

template <class Model, class Generate, class Judge>
void check_turns(const std::string& name, Model& net, const Tensor<double>& real, Generate generate, Judge judge) {
  Worst worst;
  load_model(net.G, name + ".G.");
  load_model(net.D, name + ".D.");
  Pass pass = Pass::training();
  const Tensor<double> fake = generate(tensor<double>(model_file()[name + ".z"]), pass);
  const gan::NonSaturating objective;
  const Tensor<double> loss_d = objective.d<double>(judge(real, pass), judge(detach(fake), pass));
  const Tensor<double> loss_g = objective.g<double>(judge(fake, pass));
  expect_close(loss_d, model_file()[name + ".loss_d"], model_tolerance, "loss_d", worst);
  expect_close(loss_g, model_file()[name + ".loss_g"], model_tolerance, "loss_g", worst);
  expect_gradients(net.D, loss_d, name + ".grad_d.", worst);
  expect_gradients(net.G, loss_g, name + ".grad_g.", worst);
  worst.print(name.c_str());
}

}  // namespace reference
