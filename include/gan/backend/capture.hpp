// Recorded work: what a device is asked to do once can be recorded and done again without the host code that asked for
// it. On CUDA that is a graph; the host's share of a small network's step is most of it, and a replay saves that.
//
// A replay repeats the same kernels on the same addresses. What must differ from one to the next (positions in the
// random numbers, learning rates, bias corrections) are the GraphArgument values: a kernel that is being recorded asks its
// device for a place in device memory to read its value from, and each replay is given the values for all places.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "gan/backend/kernels.hpp"
#include "gan/core/error.hpp"

namespace gan {

/// A value that a kernel is given anew in each replay; the double is what `lerp` keeps.
using GraphArgument = std::variant<Rng, AdamStep, SgdStep, RmsPropStep, double>;

/// Something that cannot be recorded: the message says what.
struct CaptureError : DeviceError {
  using DeviceError::DeviceError;
};

/// How a device records. One object's recordings are replayed in the order in which they were made: they share memory,
/// which lives as long as the object and the tensors in it. Used by one thread.
class Capture {
 public:
  virtual ~Capture() = default;
  /// From now on what this thread asks of the device is recorded and not done; tensors made meanwhile lie in the
  /// object's memory. Throws DeviceError.
  virtual void begin() = 0;
  /// Ends the recording and returns its number, counting from 0. Throws DeviceError; then nothing is being recorded.
  virtual int end() = 0;
  /// Ends the recording and forgets it.
  virtual void abandon() noexcept = 0;
  /// Queues recording n with these values, one for each that its kernels asked for, in their order. Throws DeviceError.
  virtual void replay(int n, std::span<const GraphArgument> values) = 0;
};

/// Null where the device does not record: the CPU. Throws DeviceError where there is no such device.
std::unique_ptr<Capture> make_capture(Device device);

/// The places of one recording's values: a block of device memory, filled from a host block of the same layout.
class ValuePlaces {
 public:
  using Write = void (*)(const GraphArgument& value, void* place);

  ValuePlaces(void* block, std::size_t bytes) : block_(static_cast<std::byte*>(block)), bytes_(bytes) {}
  /// The device address of the next value's place; `contents` makes what it holds of the value, on the host.
  /// Throws CaptureError when the block is full.
  void* add(std::size_t bytes, Write contents);
  /// Fills the host block. Throws CaptureError when the values are not as many as the places.
  void write(std::span<const GraphArgument> values, std::byte* host) const;
  /// Bytes of the block in use.
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

/// What the host asked of devices, call by call: two turns with the same calls do the same work.
class CallTrace {
 public:
  /// A call and a hash of all numbers that it came with but addresses and varying values.
  struct Call {
    std::string op;
    u64 hash = 0;
    bool operator==(const Call&) const = default;
  };

  std::vector<Call> calls;
  std::vector<GraphArgument> values;
  std::string obstacle;  ///< why this cannot be recorded: the first reason, or empty
  bool strict = false;   ///< throw CaptureError for an obstacle

  void call(const char* op, u64 hash) { calls.push_back({op, hash}); }
  void refuse(const std::string& why);
};

/// Notes all calls of this thread to devices other than the CPU while it lives.
class TapeScope {
 public:
  explicit TapeScope(CallTrace& trace);
  ~TapeScope();
  TapeScope(const TapeScope&) = delete;
  TapeScope& operator=(const TapeScope&) = delete;

 private:
  CallTrace* previous_;
};

namespace detail {

/// This thread's trace, or null.
CallTrace* call_trace();

/// FNV-1a over bytes.
constexpr u64 hash_seed = 14695981039346656037ull;
u64 hash_bytes(u64 hash, const void* bytes, std::size_t n);

/// Notes a map of n elements.
template <class F>
void note_map(const char* op, i64 n, const F& f) {
  CallTrace* const trace = call_trace();
  if (trace == nullptr) return;
  u64 hash = hash_bytes(hash_seed, &n, sizeof n);
  if constexpr (!std::is_empty_v<F>) hash = hash_bytes(hash, &f, sizeof f);
  trace->call(op, hash);
}

/// The device's table, each entry of which notes its call first.
template <class T>
const Kernels<T>& noting_kernels(const Kernels<T>& of_device);

extern template const Kernels<float>& noting_kernels(const Kernels<float>&);
extern template const Kernels<double>& noting_kernels(const Kernels<double>&);

}  // namespace detail
}  // namespace gan
