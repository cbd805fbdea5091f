// The networks of CGAN.
#include "gan/models/cgan.hpp"

#include <algorithm>

#include "gan/ops/pool.hpp"
#include "gan/ops/random.hpp"

namespace gan::models {
namespace {

constexpr double dropped = 0.5;

CganOptions checked(CganOptions o) {
  require_fields(o, "Cgan");
  if (o.learning_rate == 0) o.learning_rate = o.adam ? 2e-4 : 0.1;
  return o;
}

OptimizerSpec optimizer(const CganOptions& o) {
  if (o.adam) return Adam{.learning_rate = o.learning_rate};
  return OptimizerSpec(Sgd{.learning_rate = o.learning_rate})
      .learning_rate(schedule::exponential({.factor = 1 / 1.00004, .floor = std::min(1.0, 1e-6 / o.learning_rate)}))
      .momentum(schedule::ramp({.from = 0.5, .to = 0.7, .steps = 250 * 500}));
}

template <class T>
Tensor<T> drop(const Tensor<T>& x, Pass& p) {
  return p.dropout ? dropout(x, dropped, p.rng) : x;
}

const DenseOptions relu{.activation = ReLU{}};

}  // namespace

template <class T>
BasicCganGenerator<T>::BasicCganGenerator(i64 classes)
    : of_z(CganOptions::latent, 200, relu),
      of_class(classes, 1000, relu),
      joint(1200, 1200, relu),
      out(1200, 784, {.activation = Sigmoid{}}) {}

template <class T>
Tensor<T> BasicCganGenerator<T>::operator()(const Tensor<T>& z, const Tensor<T>& classes, Pass& p) const {
  const Tensor<T> both = concat<T>({of_z(0.5 * z + 0.5, p), of_class(classes, p)}, 1);
  return reshape(out(drop(joint(drop(both, p), p), p), p), {-1, 28, 28, 1});
}

template <class T>
BasicCganDiscriminator<T>::BasicCganDiscriminator(i64 classes)
    : of_image(784, 240 * 5), of_class(classes, 50 * 5), joint(290, 240 * 4), out(240, 1) {}

template <class T>
Tensor<T> BasicCganDiscriminator<T>::operator()(const Tensor<T>& x, const Tensor<T>& classes, Pass& p) const {
  const Tensor<T> both = concat<T>({maxout(of_image(flatten(x), p), 5), maxout(of_class(classes, p), 5)}, 1);
  return out(drop(maxout(joint(drop(both, p), p), 4), p), p);
}

template <class T>
BasicCgan<T>::BasicCgan(Options o) : options(checked(o)), G(options.classes), D(options.classes) {}

template <class T>
BasicGame<T> BasicCgan<T>::game() {
  const OptimizerSpec how = optimizer(options);
  return adversarial(G, D, NonSaturating{}, {.input = input(), .generator = how, .discriminator = how});
}

template struct BasicCganGenerator<float>;
template struct BasicCganGenerator<double>;
template struct BasicCganDiscriminator<float>;
template struct BasicCganDiscriminator<double>;
template struct BasicCgan<float>;
template struct BasicCgan<double>;

}  // namespace gan::models
