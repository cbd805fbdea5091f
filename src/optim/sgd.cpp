// See optim/sgd.hpp.
#include "gan/optim/sgd.hpp"

#include "gan/ops/arithmetic.hpp"
#include "src/optim/update.hpp"

namespace gan {

template <class T>
Sgd::State<T>::State(const Sgd& options) : has_velocity(options.momentum != 0) {
  detail::require(options.learning_rate >= 0 && options.momentum >= 0 && options.weight_decay >= 0, "Sgd",
          "the learning rate, the momentum and the weight decay must be at least 0");
  detail::require(!options.nesterov || (options.momentum > 0 && options.dampening == 0), "Sgd",
          "Nesterov's form needs a momentum and no dampening");
}

template <class T>
GraphArgument Sgd::State<T>::graph_argument(const Sgd& options, u64 updates) const {
  return SgdStep{options.learning_rate, options.momentum, options.dampening,
                 options.weight_decay,  options.nesterov, updates == 0};
}

template <class T>
void Sgd::State<T>::step(const Sgd& options, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  detail::update(&Kernels<T>::sgd, std::get<SgdStep>(graph_argument(options, updates)), w, g, {&velocity});
}

template <class T>
Tensors<T> Sgd::State<T>::ahead(const Sgd& options, u64 updates, const Tensors<T>& w, const Tensors<T>& g) {
  Tensors<T> next;
  for (std::size_t i = 0; i < w.size(); ++i) {
    Tensor<T> slope = options.weight_decay == 0 ? g[i] : g[i] + options.weight_decay * w[i];
    if (has_velocity) {
      velocity[i] = updates == 0 ? slope : options.momentum * velocity[i] + (1 - options.dampening) * slope;
      slope = options.nesterov ? slope + options.momentum * velocity[i] : velocity[i];
    }
    next.push_back(w[i] - options.learning_rate * slope);
  }
  return next;
}

template struct Sgd::State<float>;
template struct Sgd::State<double>;
template OptimizerSpec::OptimizerSpec(Sgd);

}  // namespace gan
