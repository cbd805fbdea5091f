// Gradients as return values: no .grad fields, nothing to zero, nothing to freeze.
#pragma once

#include "gan/tensor/history.hpp"

namespace gan {

/// d loss / d wrt[i] for every i; zeros where loss does not depend on it. Only the paths that lead to `wrt` are walked,
/// so that a generator's gradient never computes its discriminator's weight gradients. With create_graph the results
/// are themselves recorded and can be differentiated. A history that nothing else holds is released as it is walked:
/// grad(std::move(loss), …) needs less memory, and grad(loss, …) can be repeated. Throws ShapeError unless loss has one
/// element, ValueError if loss or an element of wrt has no history.
template <class T>
Tensors<T> grad(Tensor<T> loss, const Tensors<T>& wrt, bool create_graph = false);

/// The same for y of any shape and a cotangent `seed` of that shape: seed^T dy / dwrt.
template <class T>
Tensors<T> grad(Tensor<T> y, const Tensor<T>& seed, const Tensors<T>& wrt, bool create_graph = false);

#define GAN_EXTERN_GRAD(T)                                             \
  extern template Tensors<T> grad(Tensor<T>, const Tensors<T>&, bool); \
  extern template Tensors<T> grad(Tensor<T>, const Tensor<T>&, const Tensors<T>&, bool);
GAN_EXTERN_GRAD(float)
GAN_EXTERN_GRAD(double)
#undef GAN_EXTERN_GRAD

}  // namespace gan
