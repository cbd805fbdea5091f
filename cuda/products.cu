// Matrix products by cuBLAS, with bias and activation in a second pass.
#include <cublas_v2.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <type_traits>

#include "cuda/products.hpp"
#include "cuda/rows.hpp"
#include "cuda/runtime.hpp"
#include "gan/backend/cuda.cuh"
#include "gan/core/error.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

void check(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw DeviceError(std::string("[gemm] cuBLAS failed: ") + cublasGetStatusString(status));
}

constexpr std::size_t workspace_bytes = std::size_t{32} << 20;  // NVIDIA's recommendation for Hopper

/// The current device's handle, created at the first call and kept for the lifetime of the process, like the streams.
cublasHandle_t handle() {
  static auto& handles = *new std::map<int, cublasHandle_t>;
  const Device device = current_device();
  cublasHandle_t& made = handles[device.index];
  if (made == nullptr) {
    cublasHandle_t fresh = nullptr;
    check(cublasCreate(&fresh));
    check(cublasSetStream(fresh, stream(device)));
    // Without this, cuBLAS would allocate its own workspace in every recorded graph.
    check(cublasSetWorkspace(fresh, allocate(workspace_bytes, device), workspace_bytes));
    made = fresh;
  }
  return made;
}

/// The precision in which cuBLAS may multiply floats; sums are in float in every mode.
cublasComputeType_t compute_type(MathMode mode) {
  switch (mode) {
    case MathMode::fp32: return CUBLAS_COMPUTE_32F;
    case MathMode::tf32: return CUBLAS_COMPUTE_32F_FAST_TF32;
    case MathMode::bf16: return CUBLAS_COMPUTE_32F_FAST_16BF;
  }
  return CUBLAS_COMPUTE_32F;
}

}  // namespace

template <class T>
void gemm(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!s.accumulate) fill(s.m * s.n, T(0), c);
  } else {
    // cuBLAS is column-major, so that it sees every matrix transposed: C' = op(B)' op(A)'.
    const auto a_op = s.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, b_op = s.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    const i64 a_width = s.transpose_a ? s.m : s.k, b_width = s.transpose_b ? s.k : s.n;
    constexpr bool is_float = std::is_same_v<T, float>;
    constexpr cudaDataType type = is_float ? CUDA_R_32F : CUDA_R_64F;
    const auto compute = is_float ? compute_type(s.math) : CUBLAS_COMPUTE_64F;
    const T one = 1, before = s.accumulate ? 1 : 0;
    static std::mutex mutex;  // only one thread at a time may use a handle
    std::lock_guard lock(mutex);
    check(cublasGemmEx_64(handle(), b_op, a_op, s.n, s.m, s.k, &one, b, type, b_width, a, type, a_width, &before, c, type,
                          s.n, compute, CUBLAS_GEMM_DEFAULT));
  }
  apply_epilogue(s.m, s.n, c, epilogue);
}

GAN_KERNEL(gemm)

}  // namespace gan::cuda
