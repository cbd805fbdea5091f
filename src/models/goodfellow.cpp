// The networks of the first GANs.
#include "gan/models/goodfellow.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/maxout.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/reshape.hpp"

namespace gan::models {

std::span<const char* const> enum_names(GoodfellowNet) {
  static constexpr const char* names[] = {"mnist", "cifar", "cifar_convolutional"};
  return names;
}

namespace {

constexpr Initializer wide = initializer::uniform(-0.05, 0.05);      // of generators
constexpr Initializer narrow = initializer::uniform(-0.005, 0.005);  // of discriminators

/// x + bias, a bias for every value of every pixel ("untied").
template <class T>
struct PixelBias {
  Param<T> bias;

  explicit PixelBias(Shape image) : bias(image, Param<T>::Kind::bias, initializer::constant(0)) {}
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const {
    return traced("PixelBias", add(x, bias.tensor()), p, bias);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) { v("bias", bias); }
};

template <class T>
BasicSequential<T> generator(const GoodfellowOptions& o) {
  const i64 latent = GoodfellowOptions::latent;
  const Initializer last = initializer::uniform(-o.output_range, o.output_range);
  if (o.net == GoodfellowNet::mnist)
    return BasicSequential<T>(BasicDense<T>(latent, 1200, {.activation = ReLU{}, .initializer = wide}),
                              BasicDense<T>(1200, 1200, {.activation = ReLU{}, .initializer = wide}),
                              BasicDense<T>(1200, 784, {.activation = Sigmoid{}, .initializer = last}),
                              Reshape{{28, 28, 1}});
  BasicSequential<T> G(BasicDense<T>(latent, 8000, {.activation = ReLU{}, .initializer = wide}),
                       BasicDense<T>(8000, 8000, {.activation = Sigmoid{}, .initializer = wide}));
  if (o.net == GoodfellowNet::cifar)
    G.add(BasicDense<T>(8000, 3072, {.initializer = last})).add(Reshape{{32, 32, 3}});
  else
    G.add(Reshape{{10, 10, 80}})
        .add(
            BasicConvTranspose2D<T>({.in = 80, .out = 3, .kernel = 5, .stride = 3, .bias = false, .initializer = last}))
        .add(PixelBias<T>(Shape{32, 32, 3}));
  return G;
}

template <class T>
BasicSequential<T> dense_discriminator(i64 channels, i64 pixels, i64 units) {
  const i64 pieces = 5;
  return BasicSequential<T>(Flatten{.channels = channels}, Dropout{0.2},
                            BasicDense<T>(pixels, units * pieces, {.initializer = narrow}), Maxout{pieces},  //
                            Dropout{0.5}, BasicDense<T>(units, units * pieces, {.initializer = narrow}), Maxout{pieces},
                            Dropout{0.5}, BasicDense<T>(units, 1, {.initializer = narrow}));
}

template <class T>
BasicSequential<T> convolutional_discriminator() {
  auto conv = [](i64 in, i64 out, i64 kernel, i64 padding) {
    return BasicConv2D<T>({.in = in, .out = out, .kernel = kernel, .padding = padding, .initializer = narrow});
  };
  // The authors' pooling includes windows that reach past the last row and column: 33 → 16 → (15) 7 → (9) 5.
  auto pool = [](i64 window) { return MaxPool2D{{.kernel = window, .stride = 2, .padding = {0, 1, 0, 1}}}; };
  return BasicSequential<T>(Dropout{0.2}, conv(3, 32 * 2, 8, 4), Maxout{2}, pool(4),    //
                            Dropout{0.5}, conv(32, 32 * 2, 8, 3), Maxout{2}, pool(4),   //
                            Dropout{0.5}, conv(32, 192 * 2, 5, 3), Maxout{2}, pool(2),  //
                            Dropout{0.5}, Flatten{.channels = 192},                     //
                            BasicDense<T>(5 * 5 * 192, 500 * 5, {.initializer = narrow}), Maxout{5}, Dropout{0.5},
                            BasicDense<T>(500, 1, {.initializer = narrow}));
}

GoodfellowOptions resolve(GoodfellowOptions o) {
  struct Defaults {
    double learning_rate;
    i64 updates;
    double output_range;
  };
  constexpr Defaults of[] = {{0.1, 500, 0.05}, {0.025, 400, 0.5}, {0.004, 312, 0.05}};
  const Defaults& net = of[static_cast<std::size_t>(o.net)];
  require_fields(o, "Goodfellow");
  if (o.learning_rate == 0) o.learning_rate = net.learning_rate;
  if (o.updates_per_epoch == 0) o.updates_per_epoch = net.updates;
  if (o.output_range == 0) o.output_range = net.output_range;
  return o;
}

}  // namespace

template <class T>
BasicGoodfellow<T>::BasicGoodfellow(Options o)
    : options(resolve(o)),
      G(generator<T>(options)),
      D(o.net == GoodfellowNet::mnist   ? dense_discriminator<T>(1, 784, 240)
        : o.net == GoodfellowNet::cifar ? dense_discriminator<T>(3, 3072, 1600)
                                        : convolutional_discriminator<T>()) {}

template <class T>
Tensor<T> BasicGoodfellow<T>::preprocess(const Options& options, const Tensor<T>& images) {
  if (options.net == GoodfellowNet::mnist) return images;
  GAN_CHECK_SHAPE(images.rank() == 4, "Goodfellow", "images (N, H, W, C) are needed", images.shape());
  const Shape each{images.shape(0), 1, 1, 1};
  const double values = static_cast<double>(images.size() / std::max<i64>(1, images.shape(0)));
  const Tensor<T> centred = sub(images, affine(sum_to(images, each), 1 / values, 0));
  // An image of one colour becomes 0 instead of being divided by its norm of 0.
  return mul(centred, affine(pow(affine(sum_to(square(centred), each), 1, 1e-12), -0.5), 55, 0));
}

template <class T>
void set_output_bias(BasicGoodfellow<T>& net, const data::Images& images) {
  if (!net.is_mnist()) throw ValueError("[set_output_bias] only the MNIST net's pixels are sigmoids");
  const Shape image{28, 28, 1};
  if (images.size() == 0 || images.shape() != image.prepend(images.size()))
    throw ValueError("[set_output_bias] the images are " + to_string(images.shape()) + ", not (N, 28, 28, 1)");
  if (images.low() != 0 || images.high() != 1)
    throw ValueError("[set_output_bias] the images' range is not [0, 1]; use images.scale(0, 1)");
  std::vector<double> sums(784, 0.0);
  for (i64 begin = 0; begin < images.size(); begin += 1000) {
    std::vector<i64> indices(static_cast<std::size_t>(std::min<i64>(1000, images.size() - begin)));
    std::iota(indices.begin(), indices.end(), begin);
    const std::vector<double> values = images.batch<double>(indices)["x"].to_vector();
    for (std::size_t i = 0; i < values.size(); ++i) sums[i % 784] += values[i];
  }
  std::vector<T> logits;
  for (const double sum : sums) {
    const double mean = std::clamp(sum / static_cast<double>(images.size()), 1e-7, 1 - 1e-7);
    logits.push_back(static_cast<T>(std::log(mean) - std::log1p(-mean)));
  }
  Param<T>* bias = nullptr;
  each_param(net.G, [&bias](const std::string&, Param<T>& p) { bias = &p; });  // the last one is that of the pixels
  bias->set(Tensor<T>::from(std::span<const T>(logits), bias->shape()).to(bias->device()));
}

OptimizerSpec goodfellow_optimizer(const GoodfellowOptions& o) {
  const double lowest = std::min(1.0, 1e-6 / o.learning_rate);
  return OptimizerSpec(Sgd{.learning_rate = o.learning_rate})
      .learning_rate(schedule::exponential({.factor = 1 / 1.000004, .floor = lowest}))
      .momentum(schedule::ramp({.from = 0.5, .to = 0.7, .steps = 250 * o.updates_per_epoch}));
}

template <class T>
BasicGame<T> BasicGoodfellow<T>::game() {
  return goodfellow_game(*this);
}

template <class T>
void BasicGoodfellow<T>::begin(const data::Source& source) {
  const data::Images* const images = source.as<data::Images>();
  if (is_mnist() && images != nullptr) set_output_bias(*this, *images);
}

template struct BasicGoodfellow<float>;
template struct BasicGoodfellow<double>;
template void set_output_bias(BasicGoodfellow<float>&, const data::Images&);
template void set_output_bias(BasicGoodfellow<double>&, const data::Images&);

}  // namespace gan::models
