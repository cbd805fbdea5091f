// The networks of the boundary equilibrium GAN.
#include "gan/models/began.hpp"

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/reshape.hpp"

namespace gan::models {
namespace {

constexpr i64 coarsest = 8;

BeganOptions checked(const BeganOptions& o) {
  require_fields(o, "Began");
  if (o.size != 32 && o.size != 64 && o.size != 128)
    throw ValueError("[Began] there is no net for images of size " + std::to_string(o.size) + "; use 32, 64 or 128");
  return o;
}

template <class T>
BasicConv2D<T> conv(i64 in, i64 out, i64 stride = 1, FusedActivation activation = ELU{}) {
  return BasicConv2D<T>({.in = in, .out = out, .kernel = 3, .stride = stride, .padding = 1, .activation = activation});
}

template <class T>
BasicSequential<T> decoder(const BeganOptions& o) {
  const i64 n = o.features;
  BasicSequential<T> net(BasicDense<T>(o.latent, coarsest * coarsest * n), Reshape{{coarsest, coarsest, n}});
  for (i64 size = coarsest; size <= o.size; size *= 2) {
    if (size > coarsest) net.add(UpSampling2D{});
    net.add(conv<T>(n, n)).add(conv<T>(n, n));
  }
  return net.add(conv<T>(n, o.channels, 1, {}));
}

template <class T>
BasicSequential<T> encoder(const BeganOptions& o) {
  BasicSequential<T> net(conv<T>(o.channels, o.features));
  i64 in = o.features, out = o.features;
  for (i64 size = o.size; size >= coarsest; size /= 2) {
    net.add(conv<T>(in, out)).add(conv<T>(out, out));
    if (size > coarsest) net.add(conv<T>(out, out, 2));
    in = out;
    out += o.features;
  }
  return net.add(Flatten{}).add(BasicDense<T>(coarsest * coarsest * in, o.latent));
}

}  // namespace

template <class T>
BasicBegan<T>::BasicBegan(Options o) : options(checked(o)), G(decoder<T>(o)), D{encoder<T>(o), decoder<T>(o), 1} {}

template <class T>
BasicGame<T> BasicBegan<T>::game() {
  OptimizerSpec how = Adam{.learning_rate = options.learning_rate};
  if (options.decay_every > 0) how = how.learning_rate(schedule::step({.every = options.decay_every, .factor = 0.5}));
  return adversarial(G, D, BasicBoundaryEquilibrium<T>{.gamma = options.gamma, .rate = options.rate},
                     {.input = input(), .generator = how, .discriminator = how});
}

template struct BasicBegan<float>;
template struct BasicBegan<double>;

}  // namespace gan::models
