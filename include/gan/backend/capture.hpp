// Recorded work: the calls that a device executes once can be recorded and replayed without the host code that made
// them. On CUDA a recording is a graph; for a small network the host takes most of a step's time, which a replay saves.
//
// A replay repeats the same kernels on the same addresses. The values that must differ from one replay to the next
// (positions in the random numbers, learning rates, bias corrections) are GraphArguments: while a kernel is recorded,
// it gets a place in device memory from which it will read its value, and each replay receives the values for all
// places.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "gan/backend/kernels.hpp"
#include "gan/core/error.hpp"

namespace gan {

/// A value that a kernel receives anew in each replay.
using GraphArgument = std::variant<Rng, AdamStep, SgdStep, RmsPropStep, LerpStep>;

/// Work that cannot be recorded; the message says which.
struct CaptureError : DeviceError {
  using DeviceError::DeviceError;
};

/// Records and replays the work of one device. The recordings of one object must be replayed in the order in which they
/// were made: they share memory, which lives as long as the object and the tensors in it. Used by one thread.
class Capture {
 public:
  virtual ~Capture() = default;
  /// Begins a recording: this thread's calls to the device are recorded, not executed, and new tensors are placed in
  /// the object's memory. Throws DeviceError.
  virtual void begin() = 0;
  /// Ends the recording and returns its number, counting from 0. Throws DeviceError, after which nothing is recorded
  /// any more.
  virtual int end() = 0;
  /// Ends the recording and discards it.
  virtual void abandon() noexcept = 0;
  /// Queues recording n with these values, one for each place that its kernels requested, in that order. Throws
  /// DeviceError.
  virtual void replay(int n, std::span<const GraphArgument> values) = 0;
};

/// Null if the device cannot record, as the CPU cannot. Throws DeviceError if there is no such device.
std::unique_ptr<Capture> make_capture(Device device);

/// The places of one recording's values: a block of device memory, filled from a host block of the same layout.
class ValuePlaces {
 public:
  using Write = void (*)(const GraphArgument& value, void* place);

  ValuePlaces(void* block, std::size_t bytes) : block_(static_cast<std::byte*>(block)), bytes_(bytes) {}
  /// Adds a place for the next value and returns its device address; `contents` writes its contents on the host, from
  /// the value. Throws CaptureError if the block is full.
  void* add(std::size_t bytes, Write contents);
  /// Fills the host block. Throws CaptureError unless there is one value for each place.
  void write(std::span<const GraphArgument> values, std::byte* host) const;
  /// Bytes in use.
  std::size_t used() const { return used_; }

 private:
  struct Place {
    std::size_t offset;
    Write contents;
  };
  std::byte* block_;
  std::size_t bytes_, used_ = 0;
  std::vector<Place> places_;
};

/// The calls of the host to devices: two turns with equal calls do the same work.
class CallTrace {
 public:
  /// A call and a hash of all its arguments except addresses and GraphArguments.
  struct Call {
    std::string op;
    u64 hash = 0;
    bool operator==(const Call&) const = default;
  };

  std::vector<Call> calls;
  std::vector<GraphArgument> values;
  std::string obstacle;  ///< the first reason why these calls cannot be recorded, or empty
  bool strict = false;   ///< whether an obstacle throws CaptureError

  void call(std::string_view op, u64 hash) { calls.push_back({std::string(op), hash}); }
  void refuse(const std::string& why);
};

/// Traces all calls of this thread to devices other than the CPU for the lifetime of the object.
class TraceScope {
 public:
  explicit TraceScope(CallTrace& trace);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;

 private:
  CallTrace* previous_;
};

namespace detail {

/// This thread's trace, or null.
CallTrace* call_trace();

/// FNV-1a hash of bytes.
constexpr u64 hash_seed = 14695981039346656037ull;
u64 hash_bytes(u64 hash, const void* bytes, std::size_t n);

/// Traces a map over n elements.
template <class F>
void note_map(const char* op, i64 n, const F& f) {
  CallTrace* const trace = call_trace();
  if (trace == nullptr) return;
  u64 hash = hash_bytes(hash_seed, &n, sizeof n);
  if constexpr (!std::is_empty_v<F>) hash = hash_bytes(hash, &f, sizeof f);
  trace->call(op, hash);
}

/// The device's table with every entry wrapped to trace its call first.
template <class T>
const Kernels<T>& noting_kernels(const Kernels<T>& of_device);

extern template const Kernels<float>& noting_kernels(const Kernels<float>&);
extern template const Kernels<double>& noting_kernels(const Kernels<double>&);

}  // namespace detail
}  // namespace gan
