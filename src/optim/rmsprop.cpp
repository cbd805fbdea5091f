// See optim/rmsprop.hpp.
#include "gan/optim/rmsprop.hpp"

#include "gan/ops/elementwise.hpp"
#include "src/optim/update.hpp"

namespace gan {

template <class T>
RmsProp::State<T>::State(const RmsProp& options) : has_average(options.centered), has_velocity(options.momentum != 0) {
  detail::require(
      options.learning_rate >= 0 && options.epsilon >= 0 && options.weight_decay >= 0 && options.momentum >= 0,
      "RmsProp", "the learning rate, epsilon, the weight decay and the momentum must be at least 0");
  detail::require(detail::is_share(options.alpha), "RmsProp", "alpha must lie in [0, 1)");
}

template <class T>
GraphArgument RmsProp::State<T>::graph_argument(const RmsProp& options, u64) const {
  return RmsPropStep{options.learning_rate, options.alpha,    options.epsilon,
                     options.weight_decay,  options.momentum, options.centered};
}

template <class T>
void RmsProp::State<T>::step(const RmsProp& options, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  detail::update(&Kernels<T>::rms_prop, std::get<RmsPropStep>(graph_argument(options, updates)), w, g,
                 {&squares, &average, &velocity});
}

template <class T>
Tensors<T> RmsProp::State<T>::ahead(const RmsProp& options, u64, const Tensors<T>& w, const Tensors<T>& g) {
  Tensors<T> next;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const Tensor<T> slope = options.weight_decay == 0 ? g[i] : g[i] + options.weight_decay * w[i];
    squares[i] = options.alpha * squares[i] + (1 - options.alpha) * square(slope);
    Tensor<T> variance = squares[i];
    if (has_average) {
      average[i] = options.alpha * average[i] + (1 - options.alpha) * slope;
      variance = variance - square(average[i]);
    }
    Tensor<T> step = slope / (sqrt(affine(variance, 1, detail::root_shift)) + options.epsilon);
    if (has_velocity) step = velocity[i] = options.momentum * velocity[i] + step;
    next.push_back(w[i] - options.learning_rate * step);
  }
  return next;
}

template struct RmsProp::State<float>;
template struct RmsProp::State<double>;
template OptimizerSpec::OptimizerSpec(RmsProp);

}  // namespace gan
