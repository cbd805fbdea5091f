// See optim/optimizer.hpp.
#include "gan/optim/optimizer.hpp"

#include <cmath>
#include <map>

#include "gan/ops/elementwise.hpp"
#include "gan/ops/reduce.hpp"

namespace gan {

namespace {

template <class T>
void check(const Parameters<T>& parameters, const Tensors<T>& gradients) {
  if (parameters.tensors.size() != gradients.size())
    throw ShapeError("[Optimizer] " + std::to_string(parameters.tensors.size()) + " parameters but " +
                     std::to_string(gradients.size()) + " gradients");
  for (std::size_t i = 0; i < gradients.size(); ++i)
    GAN_CHECK_SHAPE(parameters.tensors[i].shape() == gradients[i].shape(), "Optimizer",
                    "the gradient of '" + parameters.names[i] + "' has another shape", parameters.tensors[i].shape(),
                    gradients[i].shape());
}

/// The same without waiting for the device, where the factor stays.
template <class T>
Tensors<T> clipped_on_device(const Tensors<T>& gradients, double max) {
  const NoGrad constant;
  Tensor<T> squares;
  for (const auto& g : gradients) squares = squares.defined() ? add(squares, sum(square(g))) : sum(square(g));
  const Tensor<T> factor = clamp(affine(pow(affine(sqrt(squares), 1, 1e-6), -1), max, 0), 0, 1);
  Tensors<T> out;
  for (const auto& g : gradients) out.push_back(mul(g, factor));
  return out;
}

/// PyTorch's clip_grad_norm_: the norm of the norms of all gradients.
template <class T>
Tensors<T> clipped(const Tensors<T>& gradients, double max) {
  if (!gradients.empty() && !gradients[0].device().is_cpu()) return clipped_on_device(gradients, max);
  double squares = 0;
  for (const auto& g : gradients) squares += static_cast<double>(sum(square(detach(g))).item());
  const double factor = max / (std::sqrt(squares) + 1e-6);
  if (factor >= 1) return gradients;
  Tensors<T> out;
  for (const auto& g : gradients) out.push_back(affine(detach(g), factor, 0));
  return out;
}

/// Clamps the parameters to [-c, c], unless c is 0.
template <class T>
void clip(Parameters<T>& parameters, double c) {
  if (c > 0)
    for (auto& w : parameters.tensors) w.copy_from(clamp(detach(w), -c, c));
}

}  // namespace

template <class T>
void Optimizer<T>::prepare(const Parameters<T>& parameters) {
  const Tensors<T>& w = parameters.tensors;
  state_->visit([&](const char* name, Tensors<T>& kept) {
    if (kept.empty())
      for (const auto& p : w) kept.push_back(Tensor<T>::zeros(p.shape(), p.device()));
    if (kept.size() != w.size())
      throw ShapeError("[Optimizer] it has learnt " + std::to_string(kept.size()) + " parameters, not " +
                       std::to_string(w.size()) + "; use one optimizer for each player");
    for (std::size_t i = 0; i < w.size(); ++i) {
      GAN_CHECK_SHAPE(kept[i].shape() == w[i].shape(), "Optimizer",
                      std::string(name) + " of '" + parameters.names[i] + "' has another shape", kept[i].shape(),
                      w[i].shape());
      if (kept[i].device() != w[i].device()) kept[i] = kept[i].to(w[i].device());
    }
  });
}

template <class T>
void Optimizer<T>::step(Parameters<T>& parameters, const Tensors<T>& gradients) {
  check(parameters, gradients);
  prepare(parameters);
  const double limit = spec_.gradient_limit();
  state_->step(spec_.values_at(updates_), updates_, parameters.tensors,
               limit > 0 ? clipped(gradients, limit) : gradients);
  ++updates_;
  clip(parameters, spec_.weight_limit(ClipWhen::after_update));
}

template <class T>
void Optimizer<T>::begin_turn(Parameters<T>& parameters) const {
  clip(parameters, spec_.weight_limit(ClipWhen::before_turn));
}

template <class T>
Tensors<T> Optimizer<T>::ahead(const Tensors<T>& w, const Tensors<T>& gradients) {
  if (spec_.gradient_limit() > 0) throw ValueError("[Optimizer] ahead() does not know clip_gradient_norm");
  Tensors<T> next = state_->ahead(spec_.values_at(updates_), updates_, w, gradients);
  ++updates_;
  if (const double c = spec_.weight_limit(ClipWhen::after_update); c > 0)
    for (Tensor<T>& x : next) x = clamp(x, -c, c);
  return next;
}

template <class T>
void Optimizer<T>::visit(const Parameters<T>& parameters,
                         const std::function<void(const std::string&, Tensor<T>&)>& on_tensor,
                         const std::function<void(const std::string&, u64&)>& on_counter) {
  prepare(parameters);
  std::vector<std::string> names;  // parameters of different networks may have equal names
  std::map<std::string, int> seen;
  for (const auto& name : parameters.names) {
    const int nth = ++seen[name];
    names.push_back(nth == 1 ? name : name + "#" + std::to_string(nth));
  }
  on_counter("updates", updates_);
  state_->visit([&](const char* kind, Tensors<T>& kept) {
    for (std::size_t i = 0; i < kept.size(); ++i) on_tensor(std::string(kind) + "." + names[i], kept[i]);
  });
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace gan
