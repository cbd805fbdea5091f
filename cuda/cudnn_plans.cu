// See cudnn_plans.hpp.
#include "cuda/cudnn_plans.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cuda/scratch.hpp"
#include "gan/core/error.hpp"

namespace gan::cuda {
namespace {

constexpr std::size_t most_workspace = std::size_t{1} << 30;

[[noreturn]] void fail(cudnnStatus_t status, ConvOperation operation, const ConvShape& s) {
  const auto list = [](std::initializer_list<i64> extents) {
    std::string text;
    for (const i64 extent : extents) text += (text.empty() ? "(" : ", ") + std::to_string(extent);
    return text + ")";
  };
  throw DeviceError(std::string("[") + cudnn_name(operation) + "] cuDNN failed on images " +
                    list({s.n, s.h, s.w, s.c}) + " and filters " + list({s.o, s.kh, s.kw, s.c / s.groups}) + " -> " +
                    list({s.n, s.oh, s.ow, s.o}) + ", stride " + list({s.stride_h, s.stride_w}) + ", padding " +
                    list({s.pad_top, s.pad_left}) + ", dilation " + list({s.dilation_h, s.dilation_w}) + ", groups " +
                    std::to_string(s.groups) + ": " + cudnnGetErrorString(status));
}

/// The current device's handle, created at the first call and kept for the lifetime of the process, like the streams.
cudnnHandle_t handle() {
  static auto& handles = *new std::map<int, cudnnHandle_t>;
  const Device device = current_device();
  cudnnHandle_t& made = handles[device.index];
  if (made == nullptr) {
    cudnnHandle_t fresh = nullptr;
    cudnnStatus_t status = cudnnCreate(&fresh);
    if (status == CUDNN_STATUS_SUCCESS) status = cudnnSetStream(fresh, stream(device));
    if (status != CUDNN_STATUS_SUCCESS)
      throw DeviceError(std::string("[conv2d] cuDNN cannot be used: ") + cudnnGetErrorString(status));
    made = fresh;
  }
  return made;
}

// ---- plans: a shape in cuDNN's descriptors, and the algorithms for it -----------------------------------------------

struct Candidate {
  int algorithm;
  cudnnMathType_t math;
  std::size_t workspace;
};

struct Plan {
  cudnnTensorDescriptor_t x = nullptr, y = nullptr;
  cudnnFilterDescriptor_t w = nullptr;
  cudnnConvolutionDescriptor_t conv = nullptr;
  std::vector<Candidate> candidates;  ///< best first
  std::size_t chosen = 0;             ///< cuDNN rejected the earlier ones when they were run
};

bool is_not_supported(cudnnStatus_t status) { return CUDNN_STATUS_CATEGORY(status) == CUDNN_STATUS_NOT_SUPPORTED; }

cudnnMathType_t math_type(cudnnDataType_t type, MathMode mode) {
  if (type == CUDNN_DATA_DOUBLE) return CUDNN_DEFAULT_MATH;
  return mode == MathMode::fp32 ? CUDNN_FMA_MATH : CUDNN_TENSOR_OP_MATH;
}

/// False if an extent is negative or too large for cuDNN, whose extents are ints and whose arrays have fewer than 2^31
/// elements.
bool fits(const ConvShape& s) {
  constexpr i64 most = std::numeric_limits<int>::max();
  for (const i64 x : {s.n, s.h, s.w, s.c, s.oh, s.ow, s.o, s.kh, s.kw, s.stride_h, s.stride_w, s.pad_top, s.pad_left,
                      s.dilation_h, s.dilation_w})
    if (x < 0 || x > most) return false;
  const auto small = [](std::initializer_list<i64> extents) {
    i64 product = 1;
    for (const i64 x : extents)
      if ((product *= x) > most) return false;
    return true;
  };
  return small({s.n, s.h, s.w, s.c}) && small({s.n, s.oh, s.ow, s.o}) && small({s.o, s.kh, s.kw, s.c / s.groups});
}

/// Fills the plan's descriptors; false if cuDNN rejects them.
bool describe(Plan& plan, const ConvShape& s, cudnnDataType_t type) {
  const auto done = [](cudnnStatus_t status) { return status == CUDNN_STATUS_SUCCESS; };
  const auto extent = [](i64 x) { return static_cast<int>(x); };
  constexpr auto nhwc = CUDNN_TENSOR_NHWC;
  return done(cudnnCreateTensorDescriptor(&plan.x)) && done(cudnnCreateTensorDescriptor(&plan.y)) &&
         done(cudnnCreateFilterDescriptor(&plan.w)) && done(cudnnCreateConvolutionDescriptor(&plan.conv)) &&
         done(cudnnSetTensor4dDescriptor(plan.x, nhwc, type, extent(s.n), extent(s.c), extent(s.h), extent(s.w))) &&
         done(cudnnSetTensor4dDescriptor(plan.y, nhwc, type, extent(s.n), extent(s.o), extent(s.oh), extent(s.ow))) &&
         done(cudnnSetFilter4dDescriptor(plan.w, type, nhwc, extent(s.o), extent(s.c / s.groups), extent(s.kh),
                                         extent(s.kw))) &&
         done(cudnnSetConvolution2dDescriptor(plan.conv, extent(s.pad_top), extent(s.pad_left), extent(s.stride_h),
                                              extent(s.stride_w), extent(s.dilation_h), extent(s.dilation_w),
                                              CUDNN_CROSS_CORRELATION,
                                              type == CUDNN_DATA_DOUBLE ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT)) &&
         done(cudnnSetConvolutionGroupCount(plan.conv, extent(s.groups))) &&
         done(cudnnSetConvolutionMathType(plan.conv, math_type(type, s.math)));
}

/// Adds the algorithms that propose(room, count, found) finds, with the workspace that size(algorithm, bytes) reports.
template <class Proposal, class Propose, class Size>
void add_candidates(Plan& plan, ConvOperation operation, const ConvShape& s, cudnnMathType_t wanted,
                    bool only_deterministic, Propose propose, Size size) {
  std::array<Proposal, 32> found;
  int count = 0;
  cudnnStatus_t status = propose(static_cast<int>(found.size()), &count, found.data());
  if (is_not_supported(status)) return;
  if (status != CUDNN_STATUS_SUCCESS) fail(status, operation, s);
  for (int i = 0; i < count; ++i) {
    const Proposal& p = found[static_cast<std::size_t>(i)];
    if (p.status != CUDNN_STATUS_SUCCESS) continue;
    if (only_deterministic && p.determinism != CUDNN_DETERMINISTIC) continue;
    // A proposal may use another kind of arithmetic, but not a less precise one than requested.
    Candidate c{p.algo, wanted == CUDNN_FMA_MATH ? CUDNN_FMA_MATH : p.mathType, 0};
    status = cudnnSetConvolutionMathType(plan.conv, c.math);
    if (status == CUDNN_STATUS_SUCCESS) status = size(p.algo, &c.workspace);
    if (status != CUDNN_STATUS_SUCCESS && !is_not_supported(status)) fail(status, operation, s);
    if (status == CUDNN_STATUS_SUCCESS && c.workspace <= most_workspace) plan.candidates.push_back(c);
  }
}

Plan make_plan(ConvOperation operation, const ConvShape& s, cudnnDataType_t type, bool only_deterministic) {
  Plan plan;
  if (!fits(s) || !describe(plan, s, type)) return plan;
  const cudnnHandle_t h = handle();
  const auto [x, y, w, conv] = std::tuple(plan.x, plan.y, plan.w, plan.conv);
  const cudnnMathType_t math = math_type(type, s.math);
  switch (operation) {
    case ConvOperation::conv:
      add_candidates<cudnnConvolutionFwdAlgoPerf_t>(
          plan, operation, s, math, only_deterministic,
          [=](int room, int* count, auto* found) {
            return cudnnGetConvolutionForwardAlgorithm_v7(h, x, w, conv, y, room, count, found);
          },
          [=](auto algorithm, std::size_t* bytes) {
            return cudnnGetConvolutionForwardWorkspaceSize(h, x, w, conv, y, algorithm, bytes);
          });
      break;
    case ConvOperation::conv_input:
      add_candidates<cudnnConvolutionBwdDataAlgoPerf_t>(
          plan, operation, s, math, only_deterministic,
          [=](int room, int* count, auto* found) {
            return cudnnGetConvolutionBackwardDataAlgorithm_v7(h, w, y, conv, x, room, count, found);
          },
          [=](auto algorithm, std::size_t* bytes) {
            return cudnnGetConvolutionBackwardDataWorkspaceSize(h, w, y, conv, x, algorithm, bytes);
          });
      break;
    case ConvOperation::conv_weight:
      add_candidates<cudnnConvolutionBwdFilterAlgoPerf_t>(
          plan, operation, s, math, only_deterministic,
          [=](int room, int* count, auto* found) {
            return cudnnGetConvolutionBackwardFilterAlgorithm_v7(h, x, y, conv, w, room, count, found);
          },
          [=](auto algorithm, std::size_t* bytes) {
            return cudnnGetConvolutionBackwardFilterWorkspaceSize(h, x, y, conv, w, algorithm, bytes);
          });
      break;
  }
  return plan;
}

/// The current device's plan for a shape, created at the first call.
Plan& plan_of(ConvOperation operation, const ConvShape& s, cudnnDataType_t type) {
  using Key = std::array<i64, 21>;
  static auto& plans = *new std::map<Key, Plan>;
  const bool only_deterministic = deterministic();
  const Key key{static_cast<i64>(operation),
                static_cast<i64>(type),
                static_cast<i64>(s.math),
                only_deterministic,
                current_device().index,
                s.n,
                s.h,
                s.w,
                s.c,
                s.oh,
                s.ow,
                s.o,
                s.kh,
                s.kw,
                s.stride_h,
                s.stride_w,
                s.pad_top,
                s.pad_left,
                s.dilation_h,
                s.dilation_w,
                s.groups};
  auto found = plans.find(key);
  if (found == plans.end()) found = plans.emplace(key, make_plan(operation, s, type, only_deterministic)).first;
  return found->second;
}

/// Runs one candidate with alpha = 1 and beta = 0 in the type in which cuDNN sums.
cudnnStatus_t execute(const Plan& plan, const Candidate& c, ConvOperation operation, bool sums_in_double, void* x,
                      void* w, void* y, void* workspace) {
  const float float_one = 1, float_zero = 0;
  const double double_one = 1, double_zero = 0;
  const void* const one = sums_in_double ? static_cast<const void*>(&double_one) : &float_one;
  const void* const zero = sums_in_double ? static_cast<const void*>(&double_zero) : &float_zero;
  const cudnnStatus_t status = cudnnSetConvolutionMathType(plan.conv, c.math);
  if (status != CUDNN_STATUS_SUCCESS) return status;
  switch (operation) {
    case ConvOperation::conv:
      return cudnnConvolutionForward(handle(), one, plan.x, x, plan.w, w, plan.conv,
                                     static_cast<cudnnConvolutionFwdAlgo_t>(c.algorithm), workspace, c.workspace, zero,
                                     plan.y, y);
    case ConvOperation::conv_input:
      return cudnnConvolutionBackwardData(handle(), one, plan.w, w, plan.y, y, plan.conv,
                                          static_cast<cudnnConvolutionBwdDataAlgo_t>(c.algorithm), workspace,
                                          c.workspace, zero, plan.x, x);
    case ConvOperation::conv_weight:
      return cudnnConvolutionBackwardFilter(handle(), one, plan.x, x, plan.y, y, plan.conv,
                                            static_cast<cudnnConvolutionBwdFilterAlgo_t>(c.algorithm), workspace,
                                            c.workspace, zero, plan.w, w);
  }
  return CUDNN_STATUS_NOT_SUPPORTED;
}

std::mutex mutex;  // guards the plans and handles; only one thread at a time may use a handle

}  // namespace

const char* cudnn_name(ConvOperation operation) {
  switch (operation) {
    case ConvOperation::conv:
      return "conv2d";
    case ConvOperation::conv_input:
      return "conv2d_input";
    case ConvOperation::conv_weight:
      return "conv2d_weight";
  }
  return "conv2d";
}

bool cudnn_supports(ConvOperation operation, const ConvShape& s, cudnnDataType_t type) {
  std::lock_guard lock(mutex);
  const Plan& plan = plan_of(operation, s, type);
  return plan.chosen < plan.candidates.size();
}

bool cudnn_run(ConvOperation operation, const ConvShape& s, cudnnDataType_t type, void* x, void* w, void* y) {
  std::lock_guard lock(mutex);
  Plan& plan = plan_of(operation, s, type);
  for (; plan.chosen < plan.candidates.size(); ++plan.chosen) {
    const Candidate& c = plan.candidates[plan.chosen];
    std::optional<Scratch<std::byte>> workspace;
    if (c.workspace > 0) workspace.emplace(static_cast<i64>(c.workspace));
    const cudnnStatus_t status =
        execute(plan, c, operation, type == CUDNN_DATA_DOUBLE, x, w, y, workspace ? workspace->data() : nullptr);
    if (status == CUDNN_STATUS_SUCCESS) return true;
    if (!is_not_supported(status)) fail(status, operation, s);
  }
  return false;
}

}  // namespace gan::cuda
