// Errors, the device, streams and events. Kernels run in threads.cpp.
#include <utility>

#include "runtime.hpp"

using emulator::error, emulator::fail, emulator::mutex, emulator::Open;

namespace {
thread_local cudaError_t last_error = cudaSuccess;
}  // namespace

namespace emulator {

cudaError_t error(cudaError_t e) {
  if (e != cudaSuccess) last_error = e;
  return e;
}

cudaError_t submit(cudaStream_t stream, std::function<void()> work) {
  std::lock_guard lock(mutex);
  if (stream == nullptr) fail("the default stream is used");
  if (stream->captures != nullptr)
    stream->captures->nodes.push_back(std::move(work));
  else
    stream->queue.push_back(std::move(work));
  return cudaSuccess;
}

}  // namespace emulator

namespace {

/// Runs what a stream holds, in order, until nothing is left or `enough` says so.
template <class Enough>
cudaError_t run_until(cudaStream_t stream, Enough enough) {
  std::lock_guard lock(mutex);
  const Open open;
  while (!stream->queue.empty() && !enough()) {
    const Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    work();
  }
  return cudaSuccess;
}

cudaError_t drain(cudaStream_t stream) {
  std::lock_guard lock(mutex);
  if (stream->captures != nullptr) {
    stream->spoilt = true;
    return error(cudaErrorStreamCaptureUnsupported);
  }
  return run_until(stream, [] { return false; });
}

std::vector<cudaStream_t>& streams() {
  static std::vector<cudaStream_t> all;
  return all;
}

}  // namespace

const char* cudaGetErrorString(cudaError_t e) {
  switch (e) {
    case cudaSuccess: return "no error";
    case cudaErrorInvalidValue: return "invalid argument";
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorInvalidDevice: return "invalid device ordinal";
    case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
    default: return "an error";
  }
}
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }
cudaError_t cudaPeekAtLastError() { return last_error; }

cudaError_t cudaGetDeviceCount(int* n) {
  *n = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return error(device == 0 ? cudaSuccess : cudaErrorInvalidDevice); }
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = 3; break;
    case cudaDevAttrMaxSharedMemoryPerBlock: *value = 49152; break;
    case cudaDevAttrComputeCapabilityMajor: *value = 9; break;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; break;
  }
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  std::lock_guard lock(mutex);
  *stream = new CUstream_st;
  streams().push_back(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain(stream);
  std::lock_guard lock(mutex);
  std::erase(streams(), stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return drain(stream); }
cudaError_t cudaDeviceSynchronize() {
  std::lock_guard lock(mutex);
  for (const cudaStream_t stream : streams())
    if (const cudaError_t e = drain(stream)) return e;
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const int which = event->recorded;
  if (which == 0) return cudaSuccess;
  return emulator::submit(stream, [event, which] {
    run_until(event->stream, [=] { return event->passed >= which; });
    if (event->passed < which) fail("a stream waits for an event that never comes");
  });
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->stream = stream;
  const int which = ++event->recorded;
  return emulator::submit(stream, [event, which] { event->passed = which; });
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const int which = event->recorded;
  return which == 0 ? cudaSuccess : run_until(event->stream, [=] { return event->passed >= which; });
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
