// The elementwise functors of ops/, as CUDA kernels.
#include "cuda/launch.hpp"

#define GAN_MAPS_FOR_CUDA
#include "gan/backend/map.hpp"

namespace gan::cuda {
namespace {

template <class F, class T>
__global__ void map1(F f, i64 n, const T* x, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(x[i]);
}

// Strides are 0 (one value for all) or 1.
template <class F, class T>
__global__ void map2_row(F f, i64 n, const T* a, i64 stride_a, const T* b, i64 stride_b, T* y) {
  GAN_CUDA_FOR(i, n) y[i] = f(a[i * stride_a], b[i * stride_b]);
}

template <class F, class T>
__global__ void map2_rows(F f, BroadcastPlan plan, i64 n, const T* a, const T* b, T* y) {
  GAN_CUDA_FOR(i, n) {
    const i64 row = i / plan.inner, column = i % plan.inner;
    i64 at = 0, bt = 0;
    plan.offsets(row, at, bt);
    y[i] = f(a[at + column * plan.inner_a], b[bt + column * plan.inner_b]);
  }
}

template <class F, class T>
void map(const F& f, const char* op, Device device, i64 n, const T* x, T* y) {
  const OnDevice on(device);
  launch(op, n, map1<F, T>, f, n, x, y);
}

template <class F, class T>
void map(const F& f, const char* op, Device device, const BroadcastPlan& plan, const T* a, const T* b, T* y) {
  const OnDevice on(device);
  const i64 n = plan.rows * plan.inner;
  if (plan.rows == 1)
    launch(op, n, map2_row<F, T>, f, n, a, plan.inner_a, b, plan.inner_b, y);
  else
    launch(op, n, map2_rows<F, T>, f, plan, n, a, b, y);
}

}  // namespace
}  // namespace gan::cuda

#define GAN_CUDA_MAP1_FOR(F, T) GAN_CUDA_MAP1_SIGNATURE(F, T) { cuda::map(f, op, device, n, x, y); }
#define GAN_CUDA_MAP2_FOR(F, T) GAN_CUDA_MAP2_SIGNATURE(F, T) { cuda::map(f, op, device, plan, a, b, y); }
#define GAN_CUDA_MAP1(F) GAN_CUDA_MAP1_FOR(F, float) GAN_CUDA_MAP1_FOR(F, double)
#define GAN_CUDA_MAP2(F) GAN_CUDA_MAP2_FOR(F, float) GAN_CUDA_MAP2_FOR(F, double)
#include "gan/ops/activation.hpp"
