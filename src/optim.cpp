// The rules: one fused pass over all parameters' numbers.
#include <cmath>
#include <initializer_list>

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

/// The arrays of all parameters; `kept` are the lists of what the rule remembers, some of which may be empty.
template <class T>
std::vector<UpdateArrays<T>> arrays_of(Tensors<T>& w, const Tensors<T>& g, std::initializer_list<Tensors<T>*> kept) {
  std::vector<UpdateArrays<T>> arrays;
  for (std::size_t i = 0; i < w.size(); ++i) {
    UpdateArrays<T> a{w[i].size(), g[i].data(), w[i].mutable_data(), {}};
    T** state = a.state;
    for (Tensors<T>* list : kept) *state++ = list->empty() ? nullptr : (*list)[i].mutable_data();
    arrays.push_back(a);
  }
  return arrays;
}

/// Runs one kernel over all parameters, which lie on one device.
template <class T, class Step>
void update(void (*Kernels<T>::*kernel)(const Step&, i64, const UpdateArrays<T>*), const Step& step, Tensors<T>& w,
            const Tensors<T>& g, std::initializer_list<Tensors<T>*> kept) {
  if (w.empty()) return;
  const auto arrays = arrays_of(w, g, kept);
  (kernels<T>(w[0].device()).*kernel)(step, static_cast<i64>(arrays.size()), arrays.data());
}

}  // namespace

template <class T>
Adam::State<T>::State(const Adam& rule) {
  require(rule.learning_rate >= 0 && rule.epsilon >= 0 && rule.weight_decay >= 0, "Adam",
          "the learning rate, epsilon and the weight decay must be at least 0");
  require(is_share(rule.beta1) && is_share(rule.beta2), "Adam", "beta1 and beta2 must lie in [0, 1)");
}

template <class T>
Varying Adam::State<T>::varying(const Adam& rule, u64 updates) const {
  const double t = static_cast<double>(updates + 1);
  return AdamStep{
      rule.learning_rate,         rule.beta1, rule.beta2, rule.epsilon, rule.weight_decay, 1 - std::pow(rule.beta1, t),
      1 - std::pow(rule.beta2, t)};
}

template <class T>
void Adam::State<T>::step(const Adam& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  update(&Kernels<T>::adam, std::get<AdamStep>(varying(rule, updates)), w, g, {&m, &v});
}

template <class T>
Sgd::State<T>::State(const Sgd& rule) : has_velocity(rule.momentum != 0) {
  require(rule.learning_rate >= 0 && rule.momentum >= 0 && rule.weight_decay >= 0, "Sgd",
          "the learning rate, the momentum and the weight decay must be at least 0");
  require(!rule.nesterov || (rule.momentum > 0 && rule.dampening == 0), "Sgd",
          "Nesterov's form needs a momentum and no dampening");
}

template <class T>
Varying Sgd::State<T>::varying(const Sgd& rule, u64 updates) const {
  return SgdStep{rule.learning_rate, rule.momentum, rule.dampening, rule.weight_decay, rule.nesterov, updates == 0};
}

template <class T>
void Sgd::State<T>::step(const Sgd& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  update(&Kernels<T>::sgd, std::get<SgdStep>(varying(rule, updates)), w, g, {&velocity});
}

template <class T>
RmsProp::State<T>::State(const RmsProp& rule) : has_average(rule.centered), has_velocity(rule.momentum != 0) {
  require(rule.learning_rate >= 0 && rule.epsilon >= 0 && rule.weight_decay >= 0 && rule.momentum >= 0, "RmsProp",
          "the learning rate, epsilon, the weight decay and the momentum must be at least 0");
  require(is_share(rule.alpha), "RmsProp", "alpha must lie in [0, 1)");
}

template <class T>
Varying RmsProp::State<T>::varying(const RmsProp& rule, u64) const {
  return RmsPropStep{rule.learning_rate, rule.alpha, rule.epsilon, rule.weight_decay, rule.momentum, rule.centered};
}

template <class T>
void RmsProp::State<T>::step(const RmsProp& rule, u64 updates, Tensors<T>& w, const Tensors<T>& g) {
  update(&Kernels<T>::rms_prop, std::get<RmsPropStep>(varying(rule, updates)), w, g, {&squares, &average, &velocity});
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
