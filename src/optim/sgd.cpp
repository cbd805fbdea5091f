// See optim/sgd.hpp.
#include "gan/optim/sgd.hpp"

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

template struct Sgd::State<float>;
template struct Sgd::State<double>;
template OptimizerSpec::OptimizerSpec(Sgd);

}  // namespace gan
