// See optim/adam.hpp.
#include "gan/optim/adam.hpp"

#include <cmath>

#include "src/optim/update.hpp"

namespace gan {

template <class T>
Adam::State<T>::State(const Adam& options) {
  detail::require(options.learning_rate >= 0 && options.epsilon >= 0 && options.weight_decay >= 0, "Adam",
          "the learning rate, epsilon and the weight decay must be at least 0");
  detail::require(detail::is_share(options.beta1) && detail::is_share(options.beta2), "Adam",
                  "beta1 and beta2 must lie in [0, 1)");
}

template <class T>
GraphArgument Adam::State<T>::graph_argument(const Adam& options, u64 updates) const {
  const double t = static_cast<double>(updates + 1);
  return AdamStep{options.learning_rate,
                  options.beta1,
                  options.beta2,
                  options.epsilon,
                  options.weight_decay,
                  1 - std::pow(options.beta1, t),
                  1 - std::pow(options.beta2, t)};
}

template <class T>
void Adam::State<T>::step(const Adam& options, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  detail::update(&Kernels<T>::adam, std::get<AdamStep>(graph_argument(options, updates)), w, g, {&m, &v});
}

template struct Adam::State<float>;
template struct Adam::State<double>;
template OptimizerSpec::OptimizerSpec(Adam);

}  // namespace gan
