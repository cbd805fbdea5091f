// See backend/capture.hpp.
#include "gan/backend/capture.hpp"

#include <algorithm>
#include <type_traits>

#include "cuda/runtime.hpp"

namespace gan {

std::unique_ptr<Capture> make_capture(Device device) {
  return device.is_cpu() ? nullptr : cuda::make_capture(device);
}

void* ValuePlaces::add(std::size_t bytes, Write contents) {
  constexpr std::size_t alignment = 16;
  const std::size_t offset = (used_ + alignment - 1) / alignment * alignment;
  if (offset + bytes > bytes_)
    throw CaptureError("[capture] more than " + std::to_string(bytes_) + " bytes of values that vary");
  places_.push_back({offset, contents});
  used_ = offset + bytes;
  return block_ + offset;
}

void ValuePlaces::write(std::span<const GraphArgument> values, std::byte* host) const {
  if (values.size() != places_.size())
    throw CaptureError("[capture] " + std::to_string(values.size()) + " values for " + std::to_string(places_.size()) +
                       " places");
  for (std::size_t i = 0; i < values.size(); ++i) places_[i].contents(values[i], host + places_[i].offset);
}

void CallTrace::refuse(const std::string& why) {
  if (obstacle.empty()) obstacle = why;
  if (strict) throw CaptureError("[capture] " + why);
}

namespace {
thread_local CallTrace* trace_of_thread = nullptr;
}  // namespace

TraceScope::TraceScope(CallTrace& trace) : previous_(trace_of_thread) { trace_of_thread = &trace; }
TraceScope::~TraceScope() { trace_of_thread = previous_; }

namespace detail {

CallTrace* call_trace() { return trace_of_thread; }

u64 hash_bytes(u64 hash, const void* bytes, std::size_t n) {
  const auto* p = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < n; ++i) hash = (hash ^ p[i]) * 1099511628211ull;
  return hash;
}

namespace {

// ---- hashes of one argument's values: never padding, never an address -----------------------------------------------

template <class N>
requires std::is_arithmetic_v<N> || std::is_enum_v<N>
u64 add(u64 hash, N number) {
  if constexpr (std::is_floating_point_v<N>) number += N(0);  // -0 and 0 hash the same
  return hash_bytes(hash, &number, sizeof number);
}
template <class P>
u64 add(u64 hash, P* pointer) { return add(hash, pointer == nullptr); }
u64 add(u64 hash, const Shape& shape) {
  hash = add(hash, shape.rank());
  for (const i64 extent : shape) hash = add(hash, extent);
  return hash;
}
template <class... N>
u64 add_all(u64 hash, const N&... numbers) {
  ((hash = add(hash, numbers)), ...);
  return hash;
}
u64 add(u64 hash, const GemmShape& s) {
  return add_all(hash, s.m, s.n, s.k, s.transpose_a, s.transpose_b, s.accumulate, s.math);
}
u64 add(u64 hash, const ConvShape& s) {
  return add_all(hash, s.n, s.h, s.w, s.c, s.oh, s.ow, s.o, s.kh, s.kw, s.stride_h, s.stride_w, s.pad_top, s.pad_left,
                 s.dilation_h, s.dilation_w, s.groups, s.math);
}
u64 add(u64 hash, const PoolShape& s) {
  return add_all(hash, s.n, s.h, s.w, s.c, s.oh, s.ow, s.kh, s.kw, s.stride_h, s.stride_w, s.pad_top, s.pad_left);
}
u64 add(u64 hash, const ResampleAxis& axis) { return add_all(hash, axis.in, axis.out, axis.taps); }
template <class T>
u64 add(u64 hash, const Epilogue<T>& e) { return add_all(hash, e.bias, e.activation, e.slope); }

// ---- graph arguments ------------------------------------------------------------------------------------------------

template <class A>
u64 note(CallTrace& trace, u64 hash, const A& argument) {
  if constexpr (std::is_same_v<A, Rng>) {
    trace.values.emplace_back(argument);
    return hash;
  } else {
    return add(hash, argument);
  }
}

template <class T>
thread_local const Kernels<T>* noted_table = nullptr;

/// A string as a template argument.
template <std::size_t n>
struct Name {
  char text[n];
  constexpr Name(const char (&from)[n]) { std::copy(from, from + n, text); }
};

/// An entry that traces its call and then makes it.
template <class T, auto entry, Name name>
struct Noting;
template <class T, Name name, class... A, void (*Kernels<T>::*entry)(A...)>
struct Noting<T, entry, name> {
  static void run(A... arguments) {
    if (CallTrace* const trace = call_trace()) {
      u64 hash = hash_seed;
      ((hash = note(*trace, hash, arguments)), ...);
      trace->call(name.text, hash);
    }
    (noted_table<T>->*entry)(arguments...);
  }
};

/// Traces the sizes of a list of arrays and the graph argument that comes with every list.
template <class T>
void note_update(const char* op, GraphArgument value, i64 count, const UpdateArrays<T>* arrays) {
  CallTrace* const trace = call_trace();
  if (trace == nullptr) return;
  u64 hash = hash_seed;
  for (const auto* a = arrays; a != arrays + count; ++a)
    hash = add_all(hash, a->n, a->g, a->state[0], a->state[1], a->state[2]);
  trace->values.push_back(std::move(value));
  trace->call(op, hash);
}
u64 add_strides(const Shape& shape, const i64* strides, i64 offset) {
  return hash_bytes(add_all(hash_seed, shape, offset), strides, static_cast<std::size_t>(shape.rank()) * sizeof(i64));
}
void note_call(const char* op, u64 hash) {
  if (CallTrace* const trace = call_trace()) trace->call(op, hash);
}
template <class T>
void note_adam(const AdamStep& step, i64 count, const UpdateArrays<T>* arrays) {
  note_update("adam", step, count, arrays);
  noted_table<T>->adam(step, count, arrays);
}
template <class T>
void note_sgd(const SgdStep& step, i64 count, const UpdateArrays<T>* arrays) {
  note_update("sgd", step, count, arrays);
  noted_table<T>->sgd(step, count, arrays);
}
template <class T>
void note_rms_prop(const RmsPropStep& step, i64 count, const UpdateArrays<T>* arrays) {
  note_update("rms_prop", step, count, arrays);
  noted_table<T>->rms_prop(step, count, arrays);
}
template <class T>
void note_lerp(T keep, i64 count, const UpdateArrays<T>* arrays) {
  note_update("lerp", static_cast<double>(keep), count, arrays);
  noted_table<T>->lerp(keep, count, arrays);
}
}  // namespace

template <class T>
const Kernels<T>& noting_kernels(const Kernels<T>& of_device) {
  static_assert(sizeof(Kernels<T>) == 31 * sizeof(void (*)()), "the table has a new entry: note it here too");
#define GAN_NOTED(entry) .entry = Noting<T, &Kernels<T>::entry, #entry>::run
  noted_table<T> = &of_device;
  static const Kernels<T> noting = {
      GAN_NOTED(gemm),
      GAN_NOTED(conv),
      GAN_NOTED(conv_input),
      GAN_NOTED(conv_weight),
      GAN_NOTED(sum_to),
      .gather_strided =
          [](const Shape& shape, const i64* strides, i64 offset, const T* x, T* y) {
            note_call("gather_strided", add_strides(shape, strides, offset));
            noted_table<T>->gather_strided(shape, strides, offset, x, y);
          },
      .scatter_strided =
          [](const Shape& shape, const i64* strides, i64 offset, const T* x, T* y, i64 y_size) {
            note_call("scatter_strided", add(add_strides(shape, strides, offset), y_size));
            noted_table<T>->scatter_strided(shape, strides, offset, x, y, y_size);
          },
      GAN_NOTED(gather_rows),
      GAN_NOTED(scatter_add_rows),
      GAN_NOTED(max_pool_gather),
      GAN_NOTED(max_unpool),
      GAN_NOTED(one_hot),
      GAN_NOTED(max_rows),
      GAN_NOTED(accumulate),
      GAN_NOTED(sum_pool),
      GAN_NOTED(sum_pool_input),
      GAN_NOTED(max_pool_index),
      GAN_NOTED(resample),
      GAN_NOTED(resample_adjoint),
      GAN_NOTED(batch_statistics),
      GAN_NOTED(scale_shift),
      GAN_NOTED(batch_norm_backward),
      GAN_NOTED(epilogue_backward),
      GAN_NOTED(fill),
      GAN_NOTED(fill_uniform),
      GAN_NOTED(fill_normal),
      GAN_NOTED(fill_dropout),
      .adam = note_adam<T>,
      .sgd = note_sgd<T>,
      .rms_prop = note_rms_prop<T>,
      .lerp = note_lerp<T>,
  };
#undef GAN_NOTED
  return noting;
}

template const Kernels<float>& noting_kernels(const Kernels<float>&);
template const Kernels<double>& noting_kernels(const Kernels<double>&);

}  // namespace detail
}  // namespace gan
