// Matrix products by cuBLAS, bias and activation in a second pass.
#include <cublas_v2.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>

#include "cuda/kernels.hpp"
#include "cuda/launch.hpp"
#include "gan/core/error.hpp"

namespace gan::cuda {
namespace {

void check(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw DeviceError(std::string("[gemm] cuBLAS failed: ") + cublasGetStatusString(status));
}

/// The current device's handle, made at the first call; kept for the life of the process, as the streams are.
cublasHandle_t handle() {
  static auto& handles = *new std::map<int, cublasHandle_t>;
  const Device device = current_device();
  cublasHandle_t& made = handles[device.index];
  if (made == nullptr) {
    cublasHandle_t fresh = nullptr;
    check(cublasCreate(&fresh));
    check(cublasSetStream(fresh, stream(device)));
    made = fresh;
  }
  return made;
}

cublasStatus_t multiply(cublasHandle_t h, cublasOperation_t a_op, cublasOperation_t b_op, i64 m, i64 n, i64 k,
                        const float* a, i64 lda, const float* b, i64 ldb, bool accumulate, float* c) {
  const float one = 1, before = accumulate ? 1 : 0;
  return cublasSgemm_64(h, a_op, b_op, m, n, k, &one, a, lda, b, ldb, &before, c, m);
}
cublasStatus_t multiply(cublasHandle_t h, cublasOperation_t a_op, cublasOperation_t b_op, i64 m, i64 n, i64 k,
                        const double* a, i64 lda, const double* b, i64 ldb, bool accumulate, double* c) {
  const double one = 1, before = accumulate ? 1 : 0;
  return cublasDgemm_64(h, a_op, b_op, m, n, k, &one, a, lda, b, ldb, &before, c, m);
}

}  // namespace

template <class T>
void gemm(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) {
    if (!s.accumulate) fill(s.m * s.n, T(0), c);
  } else {
    // cuBLAS stores columns first, so that it sees every matrix transposed: C' = op(B)' op(A)'.
    const auto a_op = s.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, b_op = s.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N;
    const i64 a_width = s.transpose_a ? s.m : s.k, b_width = s.transpose_b ? s.k : s.n;
    static std::mutex mutex;  // a handle serves one thread at a time
    std::lock_guard lock(mutex);
    check(multiply(handle(), b_op, a_op, s.n, s.m, s.k, b, b_width, a, a_width, s.accumulate, c));
  }
  apply_epilogue(s.m, s.n, c, epilogue);
}

template void gemm(const GemmShape&, const float*, const float*, float*, const Epilogue<float>&);
template void gemm(const GemmShape&, const double*, const double*, double*, const Epilogue<double>&);

}  // namespace gan::cuda
