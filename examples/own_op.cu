// Two user-defined operations, on the CPU and, if nvcc compiles this file, on a CUDA device: an elementwise functor,
// and an operation with a kernel for each device. Both can be differentiated any number of times.
#include <gan/gan.hpp>

#include <cstdio>
#ifdef __CUDACC__
#include <gan/backend/cuda.cuh>
#endif

using namespace gan;

// ---- elementwise: x^2 where x > 0, else 0 ---------------------------------------------------------------------------

struct SquaredRelu {
  template <class T>
  GAN_HD T operator()(T x) const {
    return x > T(0) ? x * x : T(0);
  }
};

template <class T>
Tensor<T> squared_relu(const Tensor<T>& x) {
  return record<T>("squared_relu", map(x, SquaredRelu{}), {x}, save::input(0), [](const Tensor<T>& g, const auto& saved) {
    return Tensors<T>{g * (2.0 * relu(saved.input(0)))};  // written in ops, so it is differentiable, too
  });
}

// ---- with kernels: running sums along the rows of x (N, C) ----------------------------------------------------------

template <class T>
GAN_HD void sum_row(i64 n, bool backwards, const T* x, T* y) {
  T sum = 0;
  for (i64 i = 0; i < n; ++i) {
    const i64 at = backwards ? n - 1 - i : i;
    y[at] = sum += x[at];
  }
}

#ifdef __CUDACC__
template <class T>
__global__ void sum_rows(i64 rows, i64 n, bool backwards, const T* x, T* y) {
  GAN_CUDA_FOR(row, rows) sum_row(n, backwards, x + row * n, y + row * n);
}
template <class T>
void sum_rows_on(Device device, i64 rows, i64 n, bool backwards, const T* x, T* y) {
  const cuda::OnDevice on(device);
  cuda::launch("running_sum", rows, sum_rows<T>, rows, n, backwards, x, y);
}
#else
template <class T>
void sum_rows_on(Device device, i64, i64, bool, const T*, T*) {
  throw DeviceError("[running_sum] this program was built without CUDA; use the cpu, not " + to_string(device));
}
#endif

/// y[r, c] = sum of x[r, k] over k <= c, or over k >= c. The derivative of either is the other.
template <class T>
Tensor<T> running_sum(const Tensor<T>& x, bool backwards = false) {
  GAN_CHECK_SHAPE(x.rank() == 2, "running_sum", "a matrix (N, C) is needed", x.shape());
  const i64 rows = x.shape(0), n = x.shape(1);
  Tensor<T> y(x.shape(), x.device());
  const T* from = x.data();
  T* to = y.mutable_data();
  if (x.device().is_cpu())
    parallel_for(rows, 1 + 4096 / (n + 1), [&](i64 begin, i64 end) {
      for (i64 row = begin; row < end; ++row) sum_row(n, backwards, from + row * n, to + row * n);
    });
  else
    sum_rows_on(x.device(), rows, n, backwards, from, to);
  return record<T>("running_sum", y, {x}, save::none, [backwards](const Tensor<T>& g, const auto&) {
    return Tensors<T>{running_sum(g, !backwards)};
  });
}

// ---- both on each device, against the CPU and against finite differences --------------------------------------------

int main() {
  const auto f = [](const Tensors<double>& x) { return sum(squared_relu(running_sum(x[0])) * x[0]); };
  Rng rng{1};
  const Tensor<double> x = randn<double>(Shape{3, 7}, rng);
  const double expected = f({x}).item();
  std::vector<Device> devices{Device::cpu()};
  if (cuda_device_count() > 0) devices.push_back(Device::cuda());
  bool good = true;
  for (const Device device : devices) {
    const Tensors<double> there{x.to(device)};
    const bool equal = std::abs(f(there).item() - expected) < 1e-12 * std::abs(expected);
    const GradcheckResult first = gradcheck<double>(f, there), second = gradcheck<double>(f, there, {.order = 2});
    std::printf("%s: f = %.12f, first derivatives %s, second derivatives %s\n", to_string(device).c_str(),
                f(there).item(), first ? "agree" : first.message.c_str(), second ? "agree" : second.message.c_str());
    good = good && equal && first && second;
  }
  if (devices.size() == 1) std::printf("no CUDA device was used\n");
  return good ? 0 : 1;
}
