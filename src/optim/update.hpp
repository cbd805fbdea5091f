// Shared by the optimizers: the arrays of all parameters, for one fused pass over them.
#pragma once

#include <initializer_list>

#include "gan/backend/kernels.hpp"
#include "gan/core/error.hpp"

namespace gan::detail {

inline void require(bool holds, const char* optimizer, const char* what) {
  if (!holds) throw ValueError("[" + std::string(optimizer) + "] " + what);
}
inline bool is_share(double x) { return x >= 0 && x < 1; }

/// Added under a root that is to be differentiated: the derivative at 0 is then finite.
constexpr double root_shift = 1e-30;

/// The arrays of all parameters; `kept` are the tensors of the optimizer state, some of which may be empty.
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

/// Runs one kernel over all parameters, which must be on one device.
template <class T, class Step>
void update(void (*Kernels<T>::*kernel)(const Step&, std::span<const UpdateArrays<T>>), const Step& step, Tensors<T>& w,
            const Tensors<T>& g, std::initializer_list<Tensors<T>*> kept) {
  if (w.empty()) return;
  const auto arrays = arrays_of(w, g, kept);
  (kernels<T>(w[0].device()).*kernel)(step, arrays);
}

}  // namespace gan::detail
