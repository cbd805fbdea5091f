// The networks and the game of R3GAN.
#include "gan/models/r3gan.hpp"

#include "gan/nn/blur.hpp"
#include "gan/nn/grouped_block.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/objectives/penalties.hpp"
#include "gan/objectives/relativistic.hpp"
#include "gan/train/ada.hpp"

namespace gan::models {

std::span<const char* const> enum_names(R3ganPreset) {
  static constexpr const char* names[] = {"small", "cifar10", "ffhq64", "ffhq256"};
  return names;
}

std::span<const char* const> enum_names(R3ganLoss) {
  static constexpr const char* names[] = {"relativistic", "non-saturating"};
  return names;
}

std::vector<i64> R3ganOptions::widths() const {
  std::vector<i64> eighths;  // of the width at 4 x 4
  switch (preset) {
    case R3ganPreset::small:
    case R3ganPreset::cifar10: eighths = {8, 8, 8, 8}; break;
    case R3ganPreset::ffhq64: eighths = {8, 8, 8, 8, 4}; break;
    case R3ganPreset::ffhq256: eighths = {8, 8, 8, 8, 4, 2, 1}; break;
  }
  const i64 first = width > 0 ? width : preset == R3ganPreset::small ? 96 : 768;
  for (i64& w : eighths) w = first * w / 8;
  return eighths;
}

namespace {

constexpr Initializer linear_gain{Initializer::Kind::normal, 0, 1, Initializer::Scale::fan_in};

R3ganOptions checked(R3ganOptions o) {
  require_fields(o, "R3gan");
  for (const i64 w : o.widths())
    if (w < 8 || w % 8 != 0)
      throw ValueError("[R3gan] a width of " + std::to_string(o.width) + " gives a stage of " + std::to_string(w) +
                       " channels; stages need a multiple of 8, one group of convolutions for each 8 channels");
  return o;
}

ConvOptions pointwise(i64 in, i64 out) {
  return {.in = in, .out = out, .kernel = 1, .bias = false, .initializer = linear_gain};
}

template <class T>
void add_blocks(BasicSequential<T>& net, const R3ganOptions& o, i64 width) {
  const i64 all = o.blocks() * static_cast<i64>(o.widths().size());
  for (i64 i = 0; i < o.blocks(); ++i)
    net.add(BasicGroupedBlock<T>({.width = width, .groups = width / 8, .blocks = all}));
}

template <class T>
BasicSequential<T> r3gan_body(const R3ganOptions& o) {
  const std::vector<i64> widths = o.widths();
  BasicSequential<T> body;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) {
      if (widths[i] != widths[i - 1]) body.add(BasicConv2D<T>(pointwise(widths[i - 1], widths[i])));
      body.add(BlurUpsample{});
    }
    add_blocks(body, o, widths[i]);
  }
  body.add(BasicConv2D<T>(pointwise(widths.back(), o.channels)));
  return body;
}

template <class T>
BasicSequential<T> r3gan_discriminator(const R3ganOptions& o) {
  const std::vector<i64> widths = o.widths();
  BasicSequential<T> net;
  net.add(BasicConv2D<T>(pointwise(o.channels, widths.back())));
  for (std::size_t i = widths.size(); i-- > 0;) {
    add_blocks(net, o, widths[i]);
    if (i == 0) break;
    net.add(BlurDownsample{});
    if (widths[i] != widths[i - 1]) net.add(BasicConv2D<T>(pointwise(widths[i], widths[i - 1])));
  }
  const i64 last = widths.front();
  return net
      .add(BasicConv2D<T>(
          {.in = last, .out = last, .kernel = 4, .groups = last, .bias = false, .initializer = linear_gain}))
      .add(Flatten{})
      .add(BasicDense<T>(last, 1, {.bias = false, .initializer = linear_gain}));
}

}  // namespace

template <class T>
BasicR3ganGenerator<T>::BasicR3ganGenerator(const R3ganOptions& o)
    : basis(Shape{4, 4, o.widths().front()}, Param<T>::Kind::weight, initializer::normal(1)),
      linear(R3ganOptions::latent, o.widths().front(), {.bias = false, .initializer = linear_gain}),
      body(r3gan_body<T>(o)) {
  basis.file.image = true;
}

template <class T>
Tensor<T> BasicR3ganGenerator<T>::operator()(const Tensor<T>& z, Pass& p) const {
  basis.require_ready("R3ganGenerator");
  return body(basis.tensor() * reshape(linear(z, p), {-1, 1, 1, basis.shape(2)}), p);
}

template <class T>
BasicR3gan<T>::BasicR3gan(Options o) : options(checked(o)), G(options), D(r3gan_discriminator<T>(options)) {}

template <class T>
BasicGame<T> BasicR3gan<T>::game() {
  const auto ramp = [this](double from, double to) {
    return schedule::cosine_ramp({.from = from, .to = to, .steps = options.horizon});
  };
  const OptimizerSpec adam =
      OptimizerSpec(Adam{.learning_rate = options.learning_rate, .beta1 = 0, .beta2 = 0.9})
          .learning_rate(ramp(1, 0.25))
          .beta2(ramp(0.9, 0.99));
  AdversarialOptions how{.input = input(), .separate_batches = true, .generator = adam, .discriminator = adam};
  if (options.augment > 0) how.augment = Ada{.p = ramp(0, options.augment), .steps = AdaSteps::r3gan()};
  const R1 r1{ramp(options.r1, options.r1 / 10)};
  const R2 r2{ramp(options.r2, options.r2 / 10)};
  const auto with = [&](const auto& objective) {
    if (options.r1 > 0 && options.r2 > 0) return adversarial(G, D, objective, how, r1 + r2);
    if (options.r1 > 0) return adversarial(G, D, objective, how, r1);
    if (options.r2 > 0) return adversarial(G, D, objective, how, r2);
    return adversarial(G, D, objective, how);
  };
  return options.loss == R3ganLoss::relativistic ? with(Relativistic{}) : with(NonSaturating{});
}

template struct BasicR3ganGenerator<float>;
template struct BasicR3ganGenerator<double>;
template struct BasicR3gan<float>;
template struct BasicR3gan<double>;

}  // namespace gan::models
