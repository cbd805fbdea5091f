// Flat loops: fills, sums in place, optimizers, moving averages; bias and activation on rows. The formulas are those of
// src/cpu/isa/rows.cpp.
#include "cuda/kernels.hpp"
#include "cuda/launch.hpp"
#include "gan/ops/activation.hpp"

namespace gan::cuda {
namespace {

template <class T>
__global__ void fill_kernel(i64 n, T value, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = value;
}

template <class T>
__global__ void accumulate_kernel(i64 n, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] += x[i];
}

/// y = functor(y + bias[column]); bias may be null.
template <class F, class T>
__global__ void epilogue_kernel(i64 n, i64 columns, const T* bias, F f, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(bias == nullptr ? y[i] : y[i] + bias[i % columns]);
}

template <class T>
struct AdamConstants {
  T b1, b2, c1, c2, step, root, epsilon, decay;
};
template <class T>
__global__ void adam_kernel(i64 n, AdamConstants<T> s, const T* g, T* w, T* m, T* v) {
  GAN_CUDA_FOR(i, n) {
    const T gi = g[i] + s.decay * w[i];
    const T first = s.b1 * m[i] + s.c1 * gi, second = s.b2 * v[i] + s.c2 * gi * gi;
    m[i] = first;
    v[i] = second;
    w[i] -= s.step * first / (math::sqrt(second) * s.root + s.epsilon);
  }
}

template <class T>
__global__ void sgd_kernel(i64 n, T rate, T decay, const T* g, T* w) {
  GAN_CUDA_FOR(i, n) w[i] -= rate * (g[i] + decay * w[i]);
}

template <class T>
struct MomentumConstants {
  T rate, decay, momentum, keep, take;
  bool nesterov;
};
template <class T>
__global__ void momentum_kernel(i64 n, MomentumConstants<T> s, const T* g, T* w, T* v) {
  GAN_CUDA_FOR(i, n) {
    const T gi = g[i] + s.decay * w[i];
    const T velocity = (s.keep == T(0) ? T(0) : s.keep * v[i]) + s.take * gi;
    v[i] = velocity;
    w[i] -= s.rate * (s.nesterov ? gi + s.momentum * velocity : velocity);
  }
}

template <class T>
struct RmsPropConstants {
  T rate, keep, take, epsilon, decay, momentum;
  bool centered;
};
template <class T>
__global__ void rms_prop_kernel(i64 n, RmsPropConstants<T> o, const T* g, T* w, T* s, T* a, T* v) {
  GAN_CUDA_FOR(i, n) {
    const T gi = g[i] + o.decay * w[i];
    const T second = o.keep * s[i] + o.take * gi * gi;
    s[i] = second;
    T variance = second;
    if (o.centered) {
      const T first = o.keep * a[i] + o.take * gi;
      a[i] = first;
      variance = second - first * first;
      variance = variance < T(0) ? T(0) : variance;
    }
    T u = gi / (math::sqrt(variance) + o.epsilon);
    if (o.momentum != T(0)) v[i] = u = o.momentum * v[i] + u;
    w[i] -= o.rate * u;
  }
}

template <class T>
__global__ void blend_kernel(i64 n, T keep, T take, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = keep * y[i] + take * x[i];
}

struct Identity {
  template <class T>
  GAN_HD T operator()(T x) const { return x; }
};

}  // namespace

template <class T>
void fill(i64 n, T value, T* y) {
  launch("fill", n, fill_kernel<T>, n, value, y);
}

template <class T>
void accumulate(i64 n, const T* x, T* y) {
  launch("accumulate", n, accumulate_kernel<T>, n, x, y);
}

template <class T>
void apply_epilogue(i64 rows, i64 columns, T* x, const Epilogue<T>& e) {
  const i64 n = rows * columns;
  auto run = [&](auto f) { launch("epilogue", n, epilogue_kernel<decltype(f), T>, n, columns, e.bias, f, x); };
  switch (e.activation) {
    case Activation::none: return e.bias == nullptr ? void() : run(Identity{});
    case Activation::relu: return run(functor::LeakyRelu{0});
    case Activation::leaky_relu: return run(functor::LeakyRelu{static_cast<double>(e.slope)});
    case Activation::tanh: return run(functor::Tanh{});
    case Activation::sigmoid: return run(functor::Sigmoid{});
  }
}

template <class T>
void adam(const AdamStep& s, i64 count, const UpdateArrays<T>* arrays) {
  const AdamConstants<T> constants{
      T(s.beta1), T(s.beta2), T(1 - s.beta1), T(1 - s.beta2), T(s.learning_rate / s.bias_correction1),
      T(1 / math::sqrt(s.bias_correction2)), T(s.epsilon), T(s.weight_decay)};
  for (const UpdateArrays<T>* a = arrays; a != arrays + count; ++a)
    launch("adam", a->n, adam_kernel<T>, a->n, constants, a->g, a->w, a->state[0], a->state[1]);
}

template <class T>
void sgd(const SgdStep& s, i64 count, const UpdateArrays<T>* arrays) {
  const T rate = T(s.learning_rate), decay = T(s.weight_decay), momentum = T(s.momentum);
  const MomentumConstants<T> constants{
      rate, decay, momentum, s.first ? T(0) : momentum, s.first ? T(1) : T(1 - s.dampening), s.nesterov};
  for (const UpdateArrays<T>* a = arrays; a != arrays + count; ++a) {
    if (s.momentum == 0)
      launch("sgd", a->n, sgd_kernel<T>, a->n, rate, decay, a->g, a->w);
    else
      launch("sgd", a->n, momentum_kernel<T>, a->n, constants, a->g, a->w, a->state[0]);
  }
}

template <class T>
void rms_prop(const RmsPropStep& o, i64 count, const UpdateArrays<T>* arrays) {
  const RmsPropConstants<T> constants{T(o.learning_rate), T(o.alpha),        T(1 - o.alpha), T(o.epsilon),
                                      T(o.weight_decay),  T(o.momentum), o.centered};
  for (const UpdateArrays<T>* a = arrays; a != arrays + count; ++a)
    launch("rms_prop", a->n, rms_prop_kernel<T>, a->n, constants, a->g, a->w, a->state[0], a->state[1], a->state[2]);
}

template <class T>
void blend(T keep, i64 count, const UpdateArrays<T>* arrays) {
  for (const UpdateArrays<T>* a = arrays; a != arrays + count; ++a)
    launch("blend", a->n, blend_kernel<T>, a->n, keep, T(1) - keep, a->g, a->w);
}

#define GAN_INSTANTIATE(T)                                                   \
  template void fill(i64, T, T*);                                            \
  template void accumulate(i64, const T*, T*);                               \
  template void apply_epilogue(i64, i64, T*, const Epilogue<T>&);            \
  template void adam(const AdamStep&, i64, const UpdateArrays<T>*);          \
  template void sgd(const SgdStep&, i64, const UpdateArrays<T>*);            \
  template void rms_prop(const RmsPropStep&, i64, const UpdateArrays<T>*);   \
  template void blend(T, i64, const UpdateArrays<T>*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)

}  // namespace gan::cuda
