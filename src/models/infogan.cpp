// The networks of InfoGAN.
#include "gan/models/infogan.hpp"

#include <cmath>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/objectives/mutual_information.hpp"
#include "gan/ops/linear.hpp"

namespace gan::models {

std::span<const char* const> enum_names(InfoganPreset) {
  static constexpr const char* names[] = {"mnist", "svhn"};
  return names;
}

namespace {

constexpr Initializer weights = initializer::normal(0.02);

InfoganOptions resolve(InfoganOptions o) {
  require_fields(o, "Infogan");
  if (o.codes == 0) o.codes = o.is_mnist() ? 2 : 4;
  return o;
}
i64 noise(const InfoganOptions& o) { return o.is_mnist() ? 62 : 124; }

const DenseOptions dense{.initializer = weights};
/// 4 x 4 kernels of stride 2, which halve or double the size. Layers before a batch norm have a bias, as the authors'.
ConvOptions conv(i64 in, i64 out, FusedActivation activation = {}) {
  return {.in = in,
          .out = out,
          .kernel = 4,
          .stride = 2,
          .padding = 1,
          .activation = activation,
          .initializer = weights};
}
template <class T>
BasicBatchNorm<T> norm(i64 channels, FusedActivation activation) {
  return BasicBatchNorm<T>(channels, {.activation = activation, .gamma = initializer::normal(0.02, 1)});
}

template <class T>
BasicSequential<T> generator(const InfoganOptions& o) {
  const i64 f = o.features, in = noise(o) + o.codes + o.classes;
  const FusedActivation relu = ReLU{};
  if (o.is_mnist())
    return BasicSequential<T>(BasicDense<T>(in, 1024, dense), norm<T>(1024, relu),
                              BasicDense<T>(1024, 49 * 2 * f, dense), norm<T>(49 * 2 * f, relu),
                              Reshape{{7, 7, 2 * f}}, BasicConvTranspose2D<T>(conv(2 * f, f)),
                              norm<T>(f, relu), BasicConvTranspose2D<T>(conv(f, 1, Sigmoid{})));
  return BasicSequential<T>(BasicDense<T>(in, 4 * 7 * f, dense), norm<T>(4 * 7 * f, relu), Reshape{{2, 2, 7 * f}},
                            BasicConvTranspose2D<T>(conv(7 * f, 4 * f)), norm<T>(4 * f, relu),
                            BasicConvTranspose2D<T>(conv(4 * f, 2 * f, relu)),
                            BasicConvTranspose2D<T>(conv(2 * f, f, relu)),
                            BasicConvTranspose2D<T>(conv(f, 3, Tanh{})));
}

template <class T>
BasicSequential<T> features(const InfoganOptions& o) {
  const i64 f = o.features;
  const FusedActivation leaky = LeakyReLU{o.slope};
  BasicSequential<T> net(BasicConv2D<T>(conv(o.is_mnist() ? 1 : 3, f, leaky)),
                         BasicConv2D<T>(conv(f, 2 * f)), norm<T>(2 * f, leaky));
  if (o.is_mnist())
    net.add(Flatten{}).add(BasicDense<T>(49 * 2 * f, 1024, dense)).add(norm<T>(1024, leaky));
  else
    net.add(BasicConv2D<T>(conv(2 * f, 4 * f))).add(norm<T>(4 * f, leaky));
  return net;
}

/// The layers after the trunk: `hidden` units, if any, and `out` numbers.
template <class T>
BasicSequential<T> head(const InfoganOptions& o, i64 hidden, i64 out) {
  BasicSequential<T> net;
  i64 in = 1024;
  if (!o.is_mnist()) {
    net.add(Flatten{.channels = 4 * o.features});
    in = 4 * 4 * 4 * o.features;
  }
  if (hidden == 0) return std::move(net.add(BasicDense<T>(in, out, dense)));
  return std::move(net.add(BasicDense<T>(in, hidden, dense))
                       .add(norm<T>(hidden, LeakyReLU{o.slope}))
                       .add(BasicDense<T>(hidden, out, dense)));
}

}  // namespace

template <class T>
BasicInfogan<T>::BasicInfogan(Options o)
    : options(resolve(o)),
      G(generator<T>(options)),
      trunk(features<T>(options)),
      D(head<T>(options, 0, 1)),
      Q(head<T>(options, 128, options.classes + (options.learnt_variance ? 2 : 1) * options.codes)) {}

template <class T>
data::Needs BasicInfogan<T>::needs() const {
  if (options.is_mnist()) return {.x = {28, 28, 1}, .low = 0};
  return {.x = {32, 32, 3}};
}

template <class T>
InputSpec BasicInfogan<T>::input() const {
  return {.latent = {noise(options), Prior::uniform},
          .codes = options.codes,
          .classes = options.classes,
          .low = needs().low};
}

template <class T>
Tensor<T> BasicInfogan<T>::generate(const BasicParts<T>& in, Pass& pass) const {
  Tensors<T> fed{in["z"], in["codes"]};
  if (options.classes > 0) fed.push_back(one_hot(in["labels"], options.classes));
  return G(concat(fed, 1), pass);
}

template <class T>
BasicGame<T> BasicInfogan<T>::game() {
  const MutualInformation<> objective{
      .classes = options.classes, .categorical = options.categorical, .continuous = options.continuous};
  BasicTwoPlayers<T> players{.generator = params(G), .discriminator = params(trunk, D, Q), .generate = {}, .score = {}};
  players.generate = [this](const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
    const i64 n = batch.size();
    const Device device = batch["x"].device();
    BasicParts<T> in = draw_input<T>(input(), n, pass.rng, device);
    Tensor<T> codes = in["codes"];
    if (options.classes > 0) {
      in.set("labels", rand_classes<T>(n, options.classes, pass.rng, device));
      codes = concat<T>({reshape(in["labels"], Shape{n, 1}), codes}, 1);
    }
    round.put("codes", codes);
    return generate(in, pass);
  };
  players.score = [this, objective](const Tensor<T>& x, const BasicBatch<T>&, BasicRound<T>& round, Pass& pass) {
    const Tensor<T> seen = trunk(x, pass);
    return BasicScores<T>(D(seen, pass), Q(seen, pass), round.detached("codes"));
  };
  const Adam of_g{.learning_rate = options.generator_rate, .beta1 = 0.5};
  const Adam of_d{.learning_rate = options.discriminator_rate, .beta1 = 0.5};
  return std::move(adversarial(std::move(players), objective,
                               {.input = input(), .fresh_noise = true, .generator = of_g, .discriminator = of_d})
                       .include(*this));
}

template <class T>
BasicAbilities<T> BasicInfogan<T>::abilities() {
  return {{"sample", input(), [this](const BasicParts<T>& in, Pass& p) { return BasicParts<T>{{"x", generate(in, p)}}; }},
          {"encode", {.x = needs().x, .low = needs().low}, [this](const BasicParts<T>& in, Pass& p) {
             const i64 classes = options.classes;
             const Tensor<T> says = Q(trunk(in["x"], p), p);
             BasicParts<T> codes{{"codes", slice(says, 1, classes, classes + options.codes)}};
             if (classes > 0) codes.set("categories", softmax(slice(says, 1, 0, classes)));
             return codes;
           }}};
}

template struct BasicInfogan<float>;
template struct BasicInfogan<double>;

}  // namespace gan::models
