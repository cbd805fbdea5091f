// The networks of DCGAN.
#include "gan/models/dcgan.hpp"

namespace gan::models {

std::span<const char* const> enum_names(DcganVariant) {
  static constexpr const char* names[] = {"common", "authors"};
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

/// Stages that double 4 x 4 up to the image and halve it down to 4 x 4. What makes the 4 x 4 of z, and a logit of the
/// 4 x 4, is a 4 x 4 kernel in the common nets and a dense layer in the authors'.
template <class T>
void make_stages(const DcganOptions& o, BasicSequential<T>& G, BasicSequential<T>& D) {
  const bool authors = o.variant == DcganVariant::authors;
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
  if (o.features == 0) options.features = is_authors() ? 128 : 64;
  if (o.features < 0 || o.latent < 1) throw ValueError("[Dcgan] features and latent must be positive");
  if (is_authors() ? o.size != 64 : o.size != 28 && o.size != 32 && o.size != 64)
    throw ValueError("[Dcgan] there is no " + std::string(enum_names(o.variant)[static_cast<std::size_t>(o.variant)]) +
                     " net for images of size " + std::to_string(o.size) + "; use " +
                     (is_authors() ? "64" : "28, 32 or 64"));
  if (o.size == 28)
    make_28(options, G, D);
  else
    make_stages(options, G, D);
}

template struct BasicDcgan<float>;
template struct BasicDcgan<double>;

}  // namespace gan::models
