// See cudnn.h. Descriptors are checked as cuDNN documents it. Its three operations have three algorithms each: a fast
// one with a workspace (backwards it is not deterministic, and says so), a plain one without a workspace, and one that
// does not know channels last. So that all ways around a refusal are tested, the device
//   * supports no groups together with dilation;
//   * supports no padding as large as the filter's extent;
//   * has heuristics that are mistaken: the fast algorithm is proposed for filters 2 high, and refuses to run;
//   * wants 2 GiB of workspace for the fast algorithm with filters 4 high;
//   * supports no bfloat16 with filters 5 high;
//   * fails (EXECUTION_FAILED) for filters 97 wide.
#include <atomic>
#include <vector>

#include "convolution.hpp"

struct cudnnContext {
  cudaStream_t stream = nullptr;
};

namespace {

std::atomic<long> runs_in_all{0}, nondeterministic_runs{0}, second_choices{0};

enum Algorithm { plain = 0, fast = 1, planar = 2 };
Algorithm kind(cudnnConvolutionFwdAlgo_t a) {
  return a == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM
             ? plain
             : (a == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM ? fast : planar);
}
Algorithm kind(cudnnConvolutionBwdDataAlgo_t a) {
  return a == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1 ? plain : (a == CUDNN_CONVOLUTION_BWD_DATA_ALGO_0 ? fast : planar);
}
Algorithm kind(cudnnConvolutionBwdFilterAlgo_t a) {
  return a == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1 ? plain : (a == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0 ? fast : planar);
}

cudnnStatus_t describe(Strided* d, cudnnTensorFormat_t format, cudnnDataType_t type, i64 n, i64 c, i64 h, i64 w) {
  if (d == nullptr) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  if (n <= 0 || c <= 0 || h <= 0 || w <= 0) return CUDNN_STATUS_BAD_PARAM;
  if (double(n) * double(c) * double(h) * double(w) >= 2147483648.0) return CUDNN_STATUS_NOT_SUPPORTED;
  *d = {true, format, type, n, c, h, w, c * h * w, h * w, w, 1};
  if (format == CUDNN_TENSOR_NHWC) d->stride_c = 1, d->stride_w = c, d->stride_h = c * w;
  return CUDNN_STATUS_SUCCESS;
}

/// What the three operations check of a convolution x * w = y.
cudnnStatus_t check(cudnnHandle_t h, const Strided* x, const Strided* w, const Strided* y,
                    const cudnnConvolutionStruct* c) {
  if (h == nullptr || x == nullptr || w == nullptr || y == nullptr || c == nullptr)
    return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  if (!x->set || !w->set || !y->set || !c->set || h->stream == nullptr) return CUDNN_STATUS_BAD_PARAM;
  if (x->type != w->type || x->type != y->type) return CUDNN_STATUS_BAD_PARAM;
  if (w->c * c->groups != x->c || w->n % c->groups != 0) return CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH;
  const i64 high = (w->h - 1) * c->dilation_h + 1, wide = (w->w - 1) * c->dilation_w + 1;
  if (x->h + 2 * c->pad_h < high || x->w + 2 * c->pad_w < wide) return CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH;
  if (y->n != x->n || y->c != w->n || y->h != 1 + (x->h + 2 * c->pad_h - high) / c->stride_h ||
      y->w != 1 + (x->w + 2 * c->pad_w - wide) / c->stride_w)
    return CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH;
  if (c->compute != (x->type == CUDNN_DATA_DOUBLE ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT))
    return CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE;
  if (w->format != x->format || w->format != y->format) return CUDNN_STATUS_NOT_SUPPORTED_LAYOUT;
  if (c->groups > 1 && (c->dilation_h > 1 || c->dilation_w > 1)) return CUDNN_STATUS_NOT_SUPPORTED_SHAPE;
  if (c->pad_h >= high || c->pad_w >= wide) return CUDNN_STATUS_NOT_SUPPORTED_PADDING;
  if (x->type == CUDNN_DATA_BFLOAT16 && w->h == 5) return CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t workspace_of(Algorithm a, const Strided* x, const Strided* w, std::size_t* bytes) {
  if (bytes == nullptr) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  if (a == planar && x->format == CUDNN_TENSOR_NHWC) return CUDNN_STATUS_NOT_SUPPORTED_LAYOUT;
  *bytes = a != fast ? 0 : (w->h == 4 ? std::size_t{2} << 30 : static_cast<std::size_t>(w->size()));
  return CUDNN_STATUS_SUCCESS;
}

/// The heuristics: the fast algorithm before the plain one, both with and without tensor cores where those may be used.
template <class Perf, class Which>
cudnnStatus_t propose(cudnnStatus_t checked, const Strided* x, const Strided* w, const cudnnConvolutionStruct* c,
                      bool fast_is_deterministic, std::initializer_list<Which> order, int requested, int* returned,
                      Perf* found) {
  if (returned == nullptr || found == nullptr || requested < 1) return CUDNN_STATUS_BAD_PARAM;
  *returned = 0;
  if (checked != CUDNN_STATUS_SUCCESS) return checked;
  std::vector<cudnnMathType_t> maths{c->math};
  if (c->math == CUDNN_TENSOR_OP_MATH) maths.push_back(CUDNN_DEFAULT_MATH);
  for (const Which a : order)
    for (const cudnnMathType_t math : maths) {
      if (*returned == requested) return CUDNN_STATUS_SUCCESS;
      Perf p{};
      p.algo = a;
      p.time = -1;
      p.mathType = math;
      p.status = workspace_of(kind(a), x, w, &p.memory);
      p.determinism = kind(a) == fast && !fast_is_deterministic ? CUDNN_NON_DETERMINISTIC : CUDNN_DETERMINISTIC;
      found[(*returned)++] = p;
    }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t run(cudnnStatus_t checked, cudnnHandle_t h, Algorithm a, bool deterministic, Output output,
                  const Strided* x, const Strided* w, const Strided* y, const cudnnConvolutionStruct* c,
                  const void* x_data, const void* w_data, const void* y_data, void* out, void* workspace,
                  std::size_t bytes, const void* alpha, const void* beta) {
  if (checked != CUDNN_STATUS_SUCCESS) return checked;
  if (alpha == nullptr || beta == nullptr || out == nullptr) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  for (const void* read : {x_data, w_data, y_data})
    if (read == nullptr) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  std::size_t needed = 0;
  if (const cudnnStatus_t status = workspace_of(a, x, w, &needed)) return status;
  if (bytes < needed || (needed > 0 && workspace == nullptr)) return CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT;
  if (a == fast && w->h == 2) {
    ++second_choices;
    return CUDNN_STATUS_NOT_SUPPORTED_SHAPE;
  }
  if (w->w == 97) return CUDNN_STATUS_EXECUTION_FAILED;
  ++runs_in_all;
  nondeterministic_runs += !deterministic;
  const bool doubles = c->compute == CUDNN_DATA_DOUBLE;
  const auto number = [doubles](const void* p) {
    return doubles ? *static_cast<const double*>(p) : double(*static_cast<const float*>(p));
  };
  const auto submitted =
      emulator::submit(h->stream, [=, x = *x, w = *w, y = *y, c = *c, alpha = number(alpha), beta = number(beta)] {
        if (needed > 0) std::memset(workspace, 0x5A, needed);
        convolve(output, x, w, y, c, x_data, w_data, y_data, out, alpha, beta);
      });
  return submitted == cudaSuccess ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_EXECUTION_FAILED;
}

}  // namespace

/// For tests, which look for it as a weak symbol: convolutions so far (0), those that were not deterministic (1), runs
/// that a proposed algorithm refused (2).
extern "C" long gan_emulated_cudnn(int what) {
  return what == 0 ? runs_in_all : (what == 1 ? nondeterministic_runs : second_choices);
}

const char* cudnnGetErrorString(cudnnStatus_t status) {
  return status == CUDNN_STATUS_EXECUTION_FAILED ? "CUDNN_STATUS_EXECUTION_FAILED" : "an emulated status of cuDNN";
}

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  *handle = new cudnnContext;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* d) {
  *d = new cudnnTensorStruct;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* d) {
  *d = new cudnnFilterStruct;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* d) {
  *d = new cudnnConvolutionStruct;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t d, cudnnTensorFormat_t format, cudnnDataType_t type,
                                         int n, int c, int h, int w) {
  return describe(d, format, type, n, c, h, w);
}
cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t d, cudnnDataType_t type, cudnnTensorFormat_t format,
                                         int k, int c, int h, int w) {
  return describe(d, format, type, k, c, h, w);
}
cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t d, int pad_h, int pad_w, int u, int v,
                                              int dilation_h, int dilation_w, cudnnConvolutionMode_t mode,
                                              cudnnDataType_t compute) {
  if (d == nullptr) return CUDNN_STATUS_BAD_PARAM_NULL_POINTER;
  if (pad_h < 0 || pad_w < 0 || u <= 0 || v <= 0 || dilation_h <= 0 || dilation_w <= 0) return CUDNN_STATUS_BAD_PARAM;
  *d = {true, pad_h, pad_w, u, v, dilation_h, dilation_w, d->groups, mode, compute, d->math};
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t d, int groups) {
  if (d == nullptr || groups < 1) return CUDNN_STATUS_BAD_PARAM;
  d->groups = groups;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t d, cudnnMathType_t math) {
  if (d == nullptr || math < CUDNN_DEFAULT_MATH || math > CUDNN_FMA_MATH) return CUDNN_STATUS_BAD_PARAM;
  d->math = math;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnGetConvolutionForwardAlgorithm_v7(cudnnHandle_t h, cudnnTensorDescriptor_t x,
                                                     cudnnFilterDescriptor_t w, cudnnConvolutionDescriptor_t c,
                                                     cudnnTensorDescriptor_t y, int requested, int* returned,
                                                     cudnnConvolutionFwdAlgoPerf_t* found) {
  return propose(check(h, x, w, y, c), x, w, c, true,
                 {CUDNN_CONVOLUTION_FWD_ALGO_FFT, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
                  CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM},
                 requested, returned, found);
}
cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(cudnnHandle_t h, cudnnTensorDescriptor_t x,
                                                      cudnnFilterDescriptor_t w, cudnnConvolutionDescriptor_t c,
                                                      cudnnTensorDescriptor_t y, cudnnConvolutionFwdAlgo_t algorithm,
                                                      std::size_t* bytes) {
  if (const cudnnStatus_t status = check(h, x, w, y, c)) return status;
  return workspace_of(kind(algorithm), x, w, bytes);
}
cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t h, const void* alpha, cudnnTensorDescriptor_t x, const void* x_data,
                                      cudnnFilterDescriptor_t w, const void* w_data, cudnnConvolutionDescriptor_t c,
                                      cudnnConvolutionFwdAlgo_t algorithm, void* workspace, std::size_t bytes,
                                      const void* beta, cudnnTensorDescriptor_t y, void* y_data) {
  return run(check(h, x, w, y, c), h, kind(algorithm), true, Output::y, x, w, y, c, x_data, w_data, y_data, y_data,
             workspace, bytes, alpha, beta);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithm_v7(cudnnHandle_t h, cudnnFilterDescriptor_t w,
                                                          cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t c,
                                                          cudnnTensorDescriptor_t dx, int requested, int* returned,
                                                          cudnnConvolutionBwdDataAlgoPerf_t* found) {
  return propose(
      check(h, dx, w, dy, c), dx, w, c, false,
      {CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT, CUDNN_CONVOLUTION_BWD_DATA_ALGO_0, CUDNN_CONVOLUTION_BWD_DATA_ALGO_1},
      requested, returned, found);
}
cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(cudnnHandle_t h, cudnnFilterDescriptor_t w,
                                                           cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t c,
                                                           cudnnTensorDescriptor_t dx,
                                                           cudnnConvolutionBwdDataAlgo_t algorithm,
                                                           std::size_t* bytes) {
  if (const cudnnStatus_t status = check(h, dx, w, dy, c)) return status;
  return workspace_of(kind(algorithm), dx, w, bytes);
}
cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t h, const void* alpha, cudnnFilterDescriptor_t w,
                                           const void* w_data, cudnnTensorDescriptor_t dy, const void* dy_data,
                                           cudnnConvolutionDescriptor_t c, cudnnConvolutionBwdDataAlgo_t algorithm,
                                           void* workspace, std::size_t bytes, const void* beta,
                                           cudnnTensorDescriptor_t dx, void* dx_data) {
  return run(check(h, dx, w, dy, c), h, kind(algorithm), kind(algorithm) != fast, Output::x, dx, w, dy, c, dx_data,
             w_data, dy_data, dx_data, workspace, bytes, alpha, beta);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithm_v7(cudnnHandle_t h, cudnnTensorDescriptor_t x,
                                                            cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t c,
                                                            cudnnFilterDescriptor_t dw, int requested, int* returned,
                                                            cudnnConvolutionBwdFilterAlgoPerf_t* found) {
  return propose(
      check(h, x, dw, dy, c), x, dw, c, false,
      {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT, CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1},
      requested, returned, found);
}
cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(cudnnHandle_t h, cudnnTensorDescriptor_t x,
                                                             cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t c,
                                                             cudnnFilterDescriptor_t dw,
                                                             cudnnConvolutionBwdFilterAlgo_t algorithm,
                                                             std::size_t* bytes) {
  if (const cudnnStatus_t status = check(h, x, dw, dy, c)) return status;
  return workspace_of(kind(algorithm), x, dw, bytes);
}
cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t h, const void* alpha, cudnnTensorDescriptor_t x,
                                             const void* x_data, cudnnTensorDescriptor_t dy, const void* dy_data,
                                             cudnnConvolutionDescriptor_t c, cudnnConvolutionBwdFilterAlgo_t algorithm,
                                             void* workspace, std::size_t bytes, const void* beta,
                                             cudnnFilterDescriptor_t dw, void* dw_data) {
  return run(check(h, x, dw, dy, c), h, kind(algorithm), kind(algorithm) != fast, Output::w, x, dw, dy, c, x_data,
             dw_data, dy_data, dw_data, workspace, bytes, alpha, beta);
}
