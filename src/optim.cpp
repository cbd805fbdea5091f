// The rules: one fused pass over each parameter's numbers.
#include <cmath>

#include "gan/backend/kernels.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/rmsprop.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {

namespace {

void require(bool holds, const char* rule, const char* what) {
  if (!holds) throw ValueError("[" + std::string(rule) + "] " + what);
}
bool is_share(double x) { return x >= 0 && x < 1; }

template <class T>
T* data_or_null(Tensors<T>& tensors, std::size_t i) {
  return tensors.empty() ? nullptr : tensors[i].mutable_data();
}

}  // namespace

template <class T>
Adam::State<T>::State(const Adam& rule) {
  require(rule.learning_rate >= 0 && rule.epsilon >= 0 && rule.weight_decay >= 0, "Adam",
          "the learning rate, epsilon and the weight decay must be at least 0");
  require(is_share(rule.beta1) && is_share(rule.beta2), "Adam", "beta1 and beta2 must lie in [0, 1)");
}

template <class T>
void Adam::State<T>::step(const Adam& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  const double t = static_cast<double>(updates + 1);
  const AdamStep step{
      rule.learning_rate,         rule.beta1, rule.beta2, rule.epsilon, rule.weight_decay, 1 - std::pow(rule.beta1, t),
      1 - std::pow(rule.beta2, t)};
  for (std::size_t i = 0; i < w.size(); ++i)
    kernels<T>(w[i].device())
        .adam(w[i].size(), step, g[i].data(), w[i].mutable_data(), m[i].mutable_data(), v[i].mutable_data());
}

template <class T>
Sgd::State<T>::State(const Sgd& rule) : has_velocity(rule.momentum != 0) {
  require(rule.learning_rate >= 0 && rule.momentum >= 0 && rule.weight_decay >= 0, "Sgd",
          "the learning rate, the momentum and the weight decay must be at least 0");
  require(!rule.nesterov || (rule.momentum > 0 && rule.dampening == 0), "Sgd",
          "Nesterov's form needs a momentum and no dampening");
}

template <class T>
void Sgd::State<T>::step(const Sgd& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  const SgdStep step{rule.learning_rate, rule.momentum, rule.dampening, rule.weight_decay, rule.nesterov, updates == 0};
  for (std::size_t i = 0; i < w.size(); ++i)
    kernels<T>(w[i].device()).sgd(w[i].size(), step, g[i].data(), w[i].mutable_data(), data_or_null(velocity, i));
}

template <class T>
RmsProp::State<T>::State(const RmsProp& rule) : has_average(rule.centered), has_velocity(rule.momentum != 0) {
  require(rule.learning_rate >= 0 && rule.epsilon >= 0 && rule.weight_decay >= 0 && rule.momentum >= 0, "RmsProp",
          "the learning rate, epsilon, the weight decay and the momentum must be at least 0");
  require(is_share(rule.alpha), "RmsProp", "alpha must lie in [0, 1)");
}

template <class T>
void RmsProp::State<T>::step(const RmsProp& rule, u64, Tensors<T>& w, const Tensors<T>& g) {
  const RmsPropStep step{rule.learning_rate, rule.alpha, rule.epsilon, rule.weight_decay, rule.momentum, rule.centered};
  for (std::size_t i = 0; i < w.size(); ++i)
    kernels<T>(w[i].device())
        .rms_prop(w[i].size(), step, g[i].data(), w[i].mutable_data(), squares[i].mutable_data(),
                  data_or_null(average, i), data_or_null(velocity, i));
}

template struct Adam::State<float>;
template struct Adam::State<double>;
template struct Sgd::State<float>;
template struct Sgd::State<double>;
template struct RmsProp::State<float>;
template struct RmsProp::State<double>;
template Rule::Rule(Adam);
template Rule::Rule(Sgd);
template Rule::Rule(RmsProp);

}  // namespace gan
