// The stand-in for cuda/*.cu in a build without CUDA: no devices, and an error for every use of one.
#include "gan/core/device.hpp"
#include "gan/core/error.hpp"

namespace gan {
namespace {
[[noreturn]] void no_map(const char* op, Device device) {
  throw DeviceError("[" + std::string(op) + "] not available on " + to_string(device) + " in this build; use the cpu");
}
}  // namespace
}  // namespace gan

// Each functor of ops/ exists for CUDA, and throws.
#define GAN_MAPS_FOR_CUDA
#define GAN_MAP1_ABSENT(F, T) \
  void cuda_map(const F&, const char* op, Device device, i64, const T*, T*) { no_map(op, device); }
#define GAN_MAP2_ABSENT(F, T) \
  void cuda_map(const F&, const char* op, Device device, const BroadcastPlan&, const T*, const T*, T*) { \
    no_map(op, device);                                                                                  \
  }
#define GAN_CUDA_MAP1(F) GAN_MAP1_ABSENT(F, float) GAN_MAP1_ABSENT(F, double)
#define GAN_CUDA_MAP2(F) GAN_MAP2_ABSENT(F, float) GAN_MAP2_ABSENT(F, double)
#include "cuda/runtime.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/indexing_functors.hpp"

namespace gan {
namespace {
[[noreturn]] void absent(Device device) {
  throw DeviceError("[memory] " + to_string(device) + " is not in this build; use the cpu");
}
}  // namespace

namespace cuda {
bool is_built() noexcept { return false; }
int device_count() noexcept { return 0; }
void* allocate(std::size_t, Device device) { absent(device); }
void deallocate(void*, std::size_t, Device) noexcept {}
void copy(void*, Device to, const void*, Device from, std::size_t) { absent(to.is_cpu() ? from : to); }
std::unique_ptr<Capture> make_capture(Device device) { absent(device); }
MemoryStatistics statistics(Device device) { absent(device); }
void reset_peak(Device device) { absent(device); }
void release_cached(Device device) { absent(device); }
}  // namespace cuda

template <class T>
const Kernels<T>& cuda_kernels(Device device) {
  throw DeviceError("[kernels] " + to_string(device) + " has no kernels in this build; use the cpu");
}
template const Kernels<float>& cuda_kernels<float>(Device);
template const Kernels<double>& cuda_kernels<double>(Device);

}  // namespace gan
