// Optimizer steps: one fused pass over each parameter's numbers.
#include <cmath>

#include "gan/backend/kernels.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {

template <class T>
void Adam::State<T>::step(Tensors<T>& w, const Tensors<T>& g) {
  detail::ensure_moments(m, w);
  detail::ensure_moments(v, w);
  ++steps;
  const double t = static_cast<double>(steps);
  const AdamStep step{options.learning_rate,
                      options.beta1,
                      options.beta2,
                      options.epsilon,
                      options.weight_decay,
                      1 - std::pow(options.beta1, t),
                      1 - std::pow(options.beta2, t)};
  for (std::size_t i = 0; i < w.size(); ++i)
    kernels<T>(w[i].device())
        .adam(w[i].size(), step, g[i].data(), w[i].mutable_data(), m[i].mutable_data(), v[i].mutable_data());
}

template <class T>
void Sgd::State<T>::step(Tensors<T>& w, const Tensors<T>& g) {
  if (options.momentum != 0) detail::ensure_moments(velocity, w);
  const SgdStep step{options.learning_rate, options.momentum,  options.dampening,
                     options.weight_decay,  options.nesterov, steps == 0};
  ++steps;
  for (std::size_t i = 0; i < w.size(); ++i)
    kernels<T>(w[i].device())
        .sgd(w[i].size(), step, g[i].data(), w[i].mutable_data(),
             velocity.empty() ? nullptr : velocity[i].mutable_data());
}

template struct Adam::State<float>;
template struct Adam::State<double>;
template struct Sgd::State<float>;
template struct Sgd::State<double>;

}  // namespace gan
