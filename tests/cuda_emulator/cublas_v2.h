// The part of cuBLAS that cuda/ uses, as plain loops: see cuda_runtime.h.
#pragma once

#include "cuda_bf16.h"
#include "cuda_runtime.h"

enum cublasStatus_t { CUBLAS_STATUS_SUCCESS = 0, CUBLAS_STATUS_INVALID_VALUE = 7, CUBLAS_STATUS_NOT_SUPPORTED = 15 };
enum cublasOperation_t { CUBLAS_OP_N, CUBLAS_OP_T };
enum cublasMath_t { CUBLAS_DEFAULT_MATH = 0, CUBLAS_PEDANTIC_MATH = 2, CUBLAS_TF32_TENSOR_OP_MATH = 3 };
enum cudaDataType_t { CUDA_R_32F, CUDA_R_64F, CUDA_R_16BF };
using cudaDataType = cudaDataType_t;
enum cublasComputeType_t {
  CUBLAS_COMPUTE_32F,
  CUBLAS_COMPUTE_32F_PEDANTIC,
  CUBLAS_COMPUTE_32F_FAST_TF32,
  CUBLAS_COMPUTE_32F_FAST_16BF,
  CUBLAS_COMPUTE_64F
};
enum cublasGemmAlgo_t { CUBLAS_GEMM_DEFAULT = -1 };

struct cublasContext {
  cudaStream_t stream = nullptr;
};
using cublasHandle_t = cublasContext*;

inline const char* cublasGetStatusString(cublasStatus_t) { return "an emulated error"; }
inline cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetWorkspace(cublasHandle_t, void*, std::size_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }

namespace emulator {
/// c(m, n) = alpha op(a) op(b) + beta c, columns first. `round` is applied to the factors.
template <class T, class S, class Round>
cublasStatus_t multiply(cublasHandle_t h, bool ta, bool tb, std::int64_t m, std::int64_t n, std::int64_t k, S alpha,
                        const T* a, std::int64_t lda, const T* b, std::int64_t ldb, S beta, T* c, std::int64_t ldc,
                        Round round) {
  if (lda < (ta ? k : m) || ldb < (tb ? n : k) || ldc < m) return CUBLAS_STATUS_INVALID_VALUE;
  submit(h->stream, [=] {
    for (std::int64_t j = 0; j < n; ++j)
      for (std::int64_t i = 0; i < m; ++i) {
        double sum = 0;
        for (std::int64_t l = 0; l < k; ++l)
          sum += double(round(ta ? a[l + i * lda] : a[i + l * lda])) * double(round(tb ? b[j + l * ldb] : b[l + j * ldb]));
        const double before = beta == S(0) ? 0 : double(beta) * double(c[i + j * ldc]);
        c[i + j * ldc] = T(double(alpha) * sum + before);
      }
  });
  return CUBLAS_STATUS_SUCCESS;
}
}  // namespace emulator

inline cublasStatus_t cublasGemmEx_64(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, std::int64_t m,
                                      std::int64_t n, std::int64_t k, const void* alpha, const void* a, cudaDataType at,
                                      std::int64_t lda, const void* b, cudaDataType bt, std::int64_t ldb,
                                      const void* beta, void* c, cudaDataType ct, std::int64_t ldc,
                                      cublasComputeType_t compute, cublasGemmAlgo_t) {
  if (at != bt || at != ct) return CUBLAS_STATUS_NOT_SUPPORTED;
  const bool t = ta == CUBLAS_OP_T, u = tb == CUBLAS_OP_T;
  if (at == CUDA_R_64F) {
    if (compute != CUBLAS_COMPUTE_64F) return CUBLAS_STATUS_NOT_SUPPORTED;
    return emulator::multiply(h, t, u, m, n, k, *static_cast<const double*>(alpha), static_cast<const double*>(a), lda,
                              static_cast<const double*>(b), ldb, *static_cast<const double*>(beta),
                              static_cast<double*>(c), ldc, [](double x) { return x; });
  }
  if (at != CUDA_R_32F || compute == CUBLAS_COMPUTE_64F) return CUBLAS_STATUS_NOT_SUPPORTED;
  const bool bf16 = compute == CUBLAS_COMPUTE_32F_FAST_16BF, tf32 = compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  const auto round = [=](float x) {
    if (bf16) return __bfloat162float(__float2bfloat16(x));
    if (!tf32) return x;
    std::uint32_t bits;  // ten bits of mantissa, to nearest even
    std::memcpy(&bits, &x, 4);
    if ((bits & 0x7f800000u) != 0x7f800000u) bits = (bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu;
    std::memcpy(&x, &bits, 4);
    return x;
  };
  return emulator::multiply(h, t, u, m, n, k, *static_cast<const float*>(alpha), static_cast<const float*>(a), lda,
                            static_cast<const float*>(b), ldb, *static_cast<const float*>(beta), static_cast<float*>(c),
                            ldc, round);
}
