// Whole DCGAN training steps against PyTorch: ten in double, the first in float. Everything that training touches takes
// part: layers, batch statistics and running statistics, losses, gradients, Adam, the order of the turns.
#include "gan/grad/grad.hpp"
#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/loss.hpp"
#include "gan/train/adversarial.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;

constexpr i64 batch = 8;

/// Activations as layers of their own, or fused into the layer before them.
enum class Style { separate, fused };

template <class T>
BasicSequential<T> make_generator(Style style) {
  const ConvOptions up1{.in = 8, .out = 4, .kernel = 4, .stride = 2, .padding = 1, .bias = false};
  ConvOptions up2{.in = 4, .out = 1, .kernel = 4, .stride = 2, .padding = 1};
  if (style == Style::separate)
    return BasicSequential<T>(BasicDense<T>(8, 392), BasicBatchNorm<T>(392), ReLU{}, Reshape{{7, 7, 8}},
                              BasicConvTranspose2D<T>(up1), BasicBatchNorm<T>(4), ReLU{}, BasicConvTranspose2D<T>(up2),
                              Tanh{});
  up2.activation = Tanh{};
  return BasicSequential<T>(BasicDense<T>(8, 392), BasicBatchNorm<T>(392, {.activation = ReLU{}}), Reshape{{7, 7, 8}},
                            BasicConvTranspose2D<T>(up1), BasicBatchNorm<T>(4, {.activation = ReLU{}}),
                            BasicConvTranspose2D<T>(up2));
}

template <class T>
BasicSequential<T> make_discriminator(Style style) {
  ConvOptions down1{.in = 1, .out = 4, .kernel = 4, .stride = 2, .padding = 1};
  const ConvOptions down2{.in = 4, .out = 8, .kernel = 4, .stride = 2, .padding = 1, .bias = false};
  if (style == Style::separate)
    return BasicSequential<T>(BasicConv2D<T>(down1), LeakyReLU{0.2}, BasicConv2D<T>(down2), BasicBatchNorm<T>(8),
                              LeakyReLU{0.2}, Flatten{}, BasicDense<T>(392, 1));
  down1.activation = LeakyReLU{0.2};
  return BasicSequential<T>(BasicConv2D<T>(down1), BasicConv2D<T>(down2),
                            BasicBatchNorm<T>(8, {.activation = LeakyReLU{0.2}}), Flatten{}, BasicDense<T>(392, 1));
}

// PyTorch's names, in the order of our visits (whatever the style).
const std::vector<std::string> generator_names{"G.0.weight",       "G.0.bias",         "G.1.weight",      "G.1.bias",
                                               "G.1.running_mean", "G.1.running_var",  "G.4.weight",      "G.5.weight",
                                               "G.5.bias",         "G.5.running_mean", "G.5.running_var", "G.7.weight",
                                               "G.7.bias"};
const std::vector<std::string> discriminator_names{"D.0.weight",      "D.0.bias",   "D.2.weight",
                                                   "D.3.weight",      "D.3.bias",   "D.3.running_mean",
                                                   "D.3.running_var", "D.6.weight", "D.6.bias"};

constexpr Adam adam{.learning_rate = 2e-4, .beta1 = 0.5, .beta2 = 0.999};

/// The generator, with a given z in the place of the one drawn.
template <class T>
struct GivenLatent {
  BasicSequential<T>& net;
  Tensor<T> z;
  Tensor<T> operator()(const Tensor<T>& drawn, Pass& pass) const {
    EXPECT_EQ(to_string(drawn.shape()), to_string(z.shape()));
    return net(z, pass);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) { v("net", net); }
};

template <class T>
class Steps {
 public:
  Steps(const std::string& file_name, Style style)
      : file(file_name), G(make_generator<T>(style)), D(make_discriminator<T>(style)) {
    load(G, generator_names);
    load(D, discriminator_names);
    g_params = params(G);
    d_params = params(D);
  }

  /// One step, written out; leaves losses and gradients behind.
  void run_by_hand(int step) {
    const Tensor<T> z = tensor<T>(file["z." + std::to_string(step)]);
    const Tensor<T> real = reals(step);
    Pass pass = Pass::training();

    // One line per use of the discriminator: the order of its running statistics' updates is the order of these.
    const Tensor<T> fake = G(z, pass);
    const Tensor<T> on_real = D(real, pass);
    const Tensor<T> on_fake = D(detach(fake), pass);
    const Tensor<T> loss_d = bce_with_logits(on_real, 1) + bce_with_logits(on_fake, 0);
    d_gradients = grad(loss_d, d_params.tensors);
    d_optimizer.step(d_params, d_gradients);

    const Tensor<T> loss_g = bce_with_logits(D(fake, pass), 1);  // the same fakes, the discriminator's new weights
    g_gradients = grad(loss_g, g_params.tensors);
    g_optimizer.step(g_params, g_gradients);

    d_loss = static_cast<double>(loss_d.item());
    g_loss = static_cast<double>(loss_g.item());
  }

  /// One step as a round of the library's game; leaves losses behind.
  void run_as_game(int step) {
    given.z = tensor<T>(file["z." + std::to_string(step)]);
    BasicRound<T> round;
    round.number = static_cast<u64>(step);
    game.play(
        round,
        [&](int) {
          return BasicBatch<T>({{"x", reals(step)}});
        },
        1);
    d_loss = static_cast<double>(round.metrics().at("loss_D").item());
    g_loss = static_cast<double>(round.metrics().at("loss_G").item());
  }

  void expect_losses(int step, double tolerance) {
    const double d = file.number("loss_d." + std::to_string(step)), g = file.number("loss_g." + std::to_string(step));
    worst_loss.see(std::abs(d_loss - d) / d, "loss_d." + std::to_string(step));
    worst_loss.see(std::abs(g_loss - g) / g, "loss_g." + std::to_string(step));
    EXPECT_NEAR(d_loss, d, tolerance * d) << "discriminator's loss at step " << step;
    EXPECT_NEAR(g_loss, g, tolerance * g) << "generator's loss at step " << step;
  }
  /// Parameters and running statistics against `prefix` + name. The generator's first bias stands in front of a batch
  /// norm: its true gradient is zero, both sides see rounding noise of about 1e-17, and Adam divides it by epsilon =
  /// 1e-8. The running mean behind it follows it.
  void expect_state(const std::string& prefix, double tolerance, double noise_tolerance) {
    const auto check = [&](BasicSequential<T>& net, const std::vector<std::string>& names) {
      auto name = names.begin();
      each_param(net, [&](const std::string&, Param<T>& p) {
        const bool noise = *name == "G.0.bias" || *name == "G.1.running_mean";
        expect_close<T>(p.tensor(), expected(prefix, *name), noise ? noise_tolerance : tolerance, prefix + *name,
                        noise ? worst_noise : worst_state);
        ++name;
      });
    };
    check(G, generator_names);
    check(D, discriminator_names);
  }
  /// Norm-relative. Where the true gradient is zero (a bias in front of a batch norm) PyTorch's own is rounding noise:
  /// such a difference is measured against the network's largest gradient norm times 1e-2.
  void expect_gradients(double tolerance) {
    const auto check = [&](const Tensors<T>& gradients, const std::vector<std::string>& names) {
      double largest_norm = 0;
      for (const auto& name : names)
        if (file.has("grad0." + name)) largest_norm = std::max(largest_norm, norm(file["grad0." + name]));
      std::size_t i = 0;
      for (const auto& name : names)
        if (file.has("grad0." + name))
          expect_norm_close(gradients[i++], expected("grad0.", name), tolerance, "grad0." + name, worst_gradient,
                            1e-2 * largest_norm);
      EXPECT_EQ(i, gradients.size());
    };
    check(d_gradients, discriminator_names);
    check(g_gradients, generator_names);
  }
  void print() const {
    if (!worst_loss.where.empty()) worst_loss.print("losses");
    if (!worst_gradient.where.empty()) worst_gradient.print("gradients");
    if (!worst_state.where.empty()) worst_state.print("parameters and statistics");
    if (!worst_noise.where.empty()) worst_noise.print("the bias without a gradient");
  }

 private:
  /// A tensor of the file in our layout: also renumbers features where images become vectors and back.
  Array expected(const std::string& prefix, const std::string& name) const {
    const Array x = file[prefix + name];
    if (name == "D.6.weight") return chw_to_hwc(x, 1, 8, 7, 7);
    if (name.starts_with("G.0.") || name.starts_with("G.1.")) return chw_to_hwc(x, 0, 8, 7, 7);
    return ours(x);
  }
  void load(BasicSequential<T>& net, const std::vector<std::string>& names) {
    auto name = names.begin();
    each_param(net, [&](const std::string&, Param<T>& p) {
      ASSERT_NE(name, names.end());
      p.set(tensor<T>(expected("", *name)));
      ++name;
    });
    EXPECT_EQ(name, names.end());
  }
  /// The real images: a formula that the script evaluates, too.
  static Tensor<T> reals(int step) {
    Array x{Shape{batch, 28, 28, 1}, std::vector<double>(batch * 784)};
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = std::sin(0.1 * static_cast<double>(i) + step);
    return tensor<T>(x);
  }

  File file;
  BasicSequential<T> G, D;
  GivenLatent<T> given{G, {}};
  BasicGame<T> game =
      adversarial(given, D, NonSaturating{}, {.input = {.latent = 8}, .generator = adam, .discriminator = adam});
  Parameters<T> g_params, d_params;
  Optimizer<T> g_optimizer{adam}, d_optimizer{adam};
  Tensors<T> g_gradients, d_gradients;
  double d_loss = 0, g_loss = 0;
  Worst worst_loss, worst_gradient, worst_state, worst_noise;
};

class DcganReference : public testing::TestWithParam<Style> {};

TEST_P(DcganReference, TenStepsInDouble) {
  Steps<double> steps("dcgan_f64.safetensors", GetParam());
  for (int step = 0; step < 10; ++step) {
    steps.run_by_hand(step);
    steps.expect_losses(step, 1e-13);
    if (step == 0) {
      steps.expect_gradients(1e-13);
      steps.expect_state("step0.", 1e-13, 1e-10);
    }
  }
  steps.expect_state("final.", 1e-13, 1e-10);
  steps.print();
}

TEST_P(DcganReference, TenRoundsOfTheGameInDouble) {
  Steps<double> steps("dcgan_f64.safetensors", GetParam());
  for (int step = 0; step < 10; ++step) {
    steps.run_as_game(step);
    steps.expect_losses(step, 1e-13);
  }
  steps.expect_state("final.", 1e-13, 1e-10);
  steps.print();
}

TEST_P(DcganReference, FirstStepInFloat) {
  Steps<float> steps("dcgan_f32.safetensors", GetParam());
  steps.run_by_hand(0);
  steps.expect_losses(0, 1e-6);
  steps.expect_gradients(1e-5);
  steps.print();
}

INSTANTIATE_TEST_SUITE_P(Activations, DcganReference, testing::Values(Style::separate, Style::fused),
                         [](const auto& test) {
                           return test.param == Style::fused ? std::string("Fused") : std::string("Separate");
                         });

}  // namespace
