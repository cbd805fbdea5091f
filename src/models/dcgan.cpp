// The networks of DCGAN.
#include "gan/models/dcgan.hpp"

#include <filesystem>

#include "gan/io/weights.hpp"
#include "src/models/files.hpp"

namespace gan::models {

std::span<const char* const> enum_names(DcganVariant) {
  static constexpr const char* names[] = {"pytorch_example", "paper_code"};
  return names;
}

namespace {

constexpr Initializer weights = initializer::normal(0.02);

template <class T>
BasicBatchNorm<T> norm(i64 channels, FusedActivation activation, double epsilon = 1e-5) {
  return BasicBatchNorm<T>(channels,
                           {.epsilon = epsilon, .activation = activation, .gamma = initializer::normal(0.02, 1)});
}

/// 28 x 28: a dense layer to 7 x 7 and two stages.
template <class T>
void make_28(const DcganOptions& o, BasicSequential<T>& G, BasicSequential<T>& D) {
  const i64 f = o.features, units = 7 * 7 * 2 * f;
  auto options = [&](i64 in, i64 out, bool bias, FusedActivation activation = {}) {
    return ConvOptions{.in = in,
                       .out = out,
                       .kernel = 4,
                       .stride = 2,
                       .padding = 1,
                       .bias = bias,
                       .activation = activation,
                       .initializer = weights};
  };
  G = BasicSequential<T>(BasicDense<T>(o.latent, units, {.initializer = weights}), norm<T>(units, ReLU{}),
                         Reshape{{7, 7, 2 * f}},                                                 //
                         BasicConvTranspose2D<T>(options(2 * f, f, false)), norm<T>(f, ReLU{}),  //
                         BasicConvTranspose2D<T>(options(f, o.channels, true, Tanh{})));
  D = BasicSequential<T>(BasicConv2D<T>(options(o.channels, f, true, LeakyReLU{})),              //
                         BasicConv2D<T>(options(f, 2 * f, false)), norm<T>(2 * f, LeakyReLU{}),  //
                         Flatten{}, BasicDense<T>(units, 1, {.initializer = weights}));
}

/// Stages that double 4 x 4 up to the image and halve it down to 4 x 4. From z to 4 x 4, and from 4 x 4 to the logit,
/// the common networks have a 4 x 4 kernel and the authors' networks a dense layer.
template <class T>
void make_stages(const DcganOptions& o, BasicSequential<T>& G, BasicSequential<T>& D) {
  const bool authors = o.variant == DcganVariant::paper_code;
  const double epsilon = authors ? 1e-8 : 1e-5;
  const i64 widest = o.features * o.size / 8;  // channels at 4 x 4
  auto doubles_or_halves = [&](i64 in, i64 out, bool doubles, FusedActivation activation = {}) {
    ConvOptions options{.in = in,
                        .out = out,
                        .kernel = 4,
                        .stride = 2,
                        .padding = 1,
                        .bias = false,
                        .activation = activation,
                        .initializer = weights};
    if (authors) {
      options.kernel = 5;
      options.padding = 2;
      options.output_padding = doubles ? 1 : 0;
    }
    return options;
  };
  auto whole = [&](i64 in, i64 out) {
    return ConvOptions{.in = in, .out = out, .kernel = 4, .bias = false, .initializer = weights};
  };

  if (authors) {
    G.add(BasicDense<T>(o.latent, 16 * widest, {.bias = false, .initializer = weights}));
    G.add(norm<T>(16 * widest, ReLU{}, epsilon)).add(Reshape{{4, 4, widest}});
  } else {
    G.add(Reshape{{1, 1, o.latent}}).add(BasicConvTranspose2D<T>(whole(o.latent, widest)));
    G.add(norm<T>(widest, ReLU{}, epsilon));
  }
  for (i64 c = widest; c > o.features; c /= 2)
    G.add(BasicConvTranspose2D<T>(doubles_or_halves(c, c / 2, true))).add(norm<T>(c / 2, ReLU{}, epsilon));
  G.add(BasicConvTranspose2D<T>(doubles_or_halves(o.features, o.channels, true, Tanh{})));

  D.add(BasicConv2D<T>(doubles_or_halves(o.channels, o.features, false, LeakyReLU{})));
  for (i64 c = o.features; c < widest; c *= 2)
    D.add(BasicConv2D<T>(doubles_or_halves(c, 2 * c, false))).add(norm<T>(2 * c, LeakyReLU{}, epsilon));
  if (authors)
    D.add(Flatten{}).add(BasicDense<T>(16 * widest, 1, {.bias = false, .initializer = weights}));
  else
    D.add(BasicConv2D<T>(whole(widest, 1))).add(Flatten{});
}

}  // namespace

template <class T>
BasicDcgan<T>::BasicDcgan(Options o) : options(o) {
  require_fields(o, "Dcgan");
  if (o.features == 0) options.features = is_paper_code() ? 128 : 64;
  if (o.decay_from > 0 && o.decay_updates == 0)
    throw ValueError("[Dcgan] decay_from " + std::to_string(o.decay_from) + ", decay_updates " +
                     std::to_string(o.decay_updates) + "; a fall begins after 0 updates or more and takes some");
  if (is_paper_code() ? o.size != 64 : o.size != 28 && o.size != 32 && o.size != 64)
    throw ValueError("[Dcgan] there is no " + std::string(enum_names(o.variant)[static_cast<std::size_t>(o.variant)]) +
                     " net for images of size " + std::to_string(o.size) + "; use " +
                     (is_paper_code() ? "64" : "28, 32 or 64"));
  if (o.size == 28)
    make_28(options, G, D);
  else
    make_stages(options, G, D);
}

template <class T>
std::vector<std::size_t> BasicDcgan<T>::discriminator_stages() const {
  std::vector<std::size_t> stages{1};  // after a convolution, then after each convolution with its norm
  i64 maps = options.size == 28 ? 2 : 0;
  for (i64 c = options.features; options.size != 28 && c <= options.features * options.size / 8; c *= 2) ++maps;
  for (i64 k = 1; k < maps; ++k) stages.push_back(stages.back() + 2);
  return stages;
}

template <class T>
std::vector<std::size_t> BasicDcgan<T>::generator_stages() const {
  std::vector<std::size_t> stages{3};  // two layers and a reshape produce the first maps
  for (std::size_t maps = discriminator_stages().size(); maps > 1; --maps) stages.push_back(stages.back() + 2);
  return stages;
}

namespace {

OptimizerSpec spec(const DcganOptions& o, double learning_rate) {
  const OptimizerSpec steady(Adam{.learning_rate = learning_rate,
                         .beta1 = o.beta1,
                         .weight_decay = o.variant == DcganVariant::paper_code ? 1e-5 : 0});
  if (o.decay_updates == 0) return steady;
  return steady.learning_rate(schedule::linear_to_zero({.from = o.decay_from, .steps = o.decay_updates}));
}

}  // namespace

OptimizerSpec dcgan_generator_optimizer(const DcganOptions& o) { return spec(o, o.learning_rate); }
OptimizerSpec dcgan_discriminator_optimizer(const DcganOptions& o) {
  return spec(o, o.discriminator_learning_rate == 0 ? o.learning_rate : o.discriminator_learning_rate);
}

Dcgan load_dcgan(const std::string& path) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(path, ignored);
  const io::SafeTensors file = io::read_safetensors(folder ? path + "/checkpoints/latest.safetensors" : path);
  return detail::reading(file, [&] {
    const std::string other = std::string("is no checkpoint of a ") + Dcgan::name;
    if (!detail::is_checkpoint(file) || detail::value_of(file, "model", other) != Dcgan::name) throw FormatError(other);
    Dcgan net(read_fields<DcganOptions>(detail::value_of(file, "options", other)));
    const auto load = [&file](auto& part, const std::string& prefix) {
      each_param(part, [&](const std::string& name, Param<float>& p) {
        p.set(io::detail::from_file<float>(file, prefix + name, p));
      });
    };
    load(net.G, detail::has_average(file) ? "ema." : "G.");
    load(net.D, "D.");
    return net;
  });
}

template <class T>
BasicGame<T> BasicDcgan<T>::game() {
  return dcgan_game(*this);
}

template struct BasicDcgan<float>;
template struct BasicDcgan<double>;

}  // namespace gan::models
