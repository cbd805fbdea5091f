// See optim/adam.hpp.
#include "gan/optim/adam.hpp"

#include <cmath>

#include "gan/ops/elementwise.hpp"
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

template <class T>
Tensors<T> Adam::State<T>::ahead(const Adam& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g) {
  const auto a = std::get<AdamStep>(graph_argument(options, updates));
  Tensors<T> next;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const Tensor<T> slope = a.weight_decay == 0 ? g[i] : g[i] + a.weight_decay * w[i];
    m[i] = a.beta1 * m[i] + (1 - a.beta1) * slope;
    v[i] = a.beta2 * v[i] + (1 - a.beta2) * square(slope);
    next.push_back(w[i] - (a.learning_rate / a.bias_correction1) * m[i] /
                              (sqrt(affine(v[i], 1 / a.bias_correction2, detail::root_shift)) + a.epsilon));
  }
  return next;
}

template struct Adam::State<float>;
template struct Adam::State<double>;
template OptimizerSpec::OptimizerSpec(Adam);

}  // namespace gan
