// See backend/capture.hpp.
#include "gan/backend/capture.hpp"

#include <type_traits>

#include "cuda/runtime.hpp"
#include "src/backend/entries.hpp"

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
/// Arrays of the device: whether there is one.
template <class P>
u64 add(u64 hash, P* pointer) { return add(hash, pointer == nullptr); }
template <class... N>
u64 add_all(u64 hash, const N&... numbers) {
  ((hash = add(hash, numbers)), ...);
  return hash;
}
// The bindings name every member, or do not compile.
u64 add(u64 hash, const GemmShape& s) {
  const auto& [m, n, k, transpose_a, transpose_b, accumulate, math] = s;
  return add_all(hash, m, n, k, transpose_a, transpose_b, accumulate, math);
}
u64 add(u64 hash, const ConvShape& s) {
  const auto& [n, h, w, c, oh, ow, o, kh, kw, stride_h, stride_w, top, left, dilation_h, dilation_w, groups, math] = s;
  return add_all(hash, n, h, w, c, oh, ow, o, kh, kw, stride_h, stride_w, top, left, dilation_h, dilation_w, groups,
                 math);
}
u64 add(u64 hash, const ResampleAxis& axis) {
  const auto& [in, out, taps, first, weight, readers] = axis;
  return add_all(hash, in, out, taps, first, weight, readers);
}
template <class T>
u64 add(u64 hash, const Epilogue<T>& epilogue) {
  const auto& [bias, activation, slope] = epilogue;
  return add_all(hash, bias, activation, slope);
}
template <class T>
u64 add(u64 hash, const UpdateArrays<T>& arrays) {
  const auto& [n, g, w, state] = arrays;
  return add_all(hash, n, g, w, state[0], state[1], state[2]);
}
u64 add(u64 hash, const Shape& shape) {
  hash = add(hash, shape.rank());
  for (const i64 extent : shape) hash = add(hash, extent);
  return hash;
}
/// Lists of the host: what is in them.
template <class E>
u64 add(u64 hash, std::span<E> list) {
  hash = add(hash, list.size());
  for (const E& element : list) hash = add(hash, element);
  return hash;
}
/// Any other struct of numbers without padding.
template <class S>
requires std::is_class_v<S>
u64 add(u64 hash, const S& numbers) {
  static_assert(std::has_unique_object_representations_v<S>, "an argument of a kernel has padding: add it above");
  return hash_bytes(hash, &numbers, sizeof numbers);
}

// ---- graph arguments ------------------------------------------------------------------------------------------------

template <class A, class Values>
constexpr bool varies = false;
template <class A, class... Values>
constexpr bool varies<A, std::variant<Values...>> = (std::is_same_v<A, Values> || ...);

template <class A>
u64 note(CallTrace& trace, u64 hash, const A& argument) {
  if constexpr (varies<A, GraphArgument>) {
    trace.values.emplace_back(argument);
    return hash;
  } else {
    return add(hash, argument);
  }
}

template <class T>
thread_local const Kernels<T>* noted_table = nullptr;

/// The name of a member of Kernels.
template <auto entry>
constexpr std::string_view name_of() {
  const std::string_view signature = __PRETTY_FUNCTION__;  // … entry = &gan::Kernels<float>::gemm; …]
  const std::size_t end = signature.find_first_of(";]", signature.find("entry = "));
  const std::size_t begin = signature.rfind(':', end) + 1;
  return signature.substr(begin, end - begin);
}
static_assert(name_of<&Kernels<float>::gemm>() == "gemm");

/// An entry that traces its call and then makes it.
template <auto entry, class Function>
struct Noting;
template <auto entry, class... A>
struct Noting<entry, void (*)(A...)> {
  static void run(A... arguments) {
    if (CallTrace* const trace = call_trace()) {
      u64 hash = hash_seed;
      ((hash = note(*trace, hash, arguments)), ...);
      trace->call(name_of<entry>(), hash);
    }
    (noted_table<typename EntryOf<entry>::Scalar>->*entry)(arguments...);
  }
};

template <class T, auto... entries>
consteval Kernels<T> noting_table(EntryList<entries...>) {
  static_assert(sizeof...(entries) * sizeof(void (*)()) == sizeof(Kernels<T>),
                "KernelEntries (backend/kernels.hpp) must list every entry of Kernels");
  Kernels<T> table = {};
  const auto set = [](auto& to, auto function) {
    if (to != nullptr) throw "KernelEntries (backend/kernels.hpp) lists an entry twice";
    to = function;
  };
  (set(table.*entries, Noting<entries, EntryFunction<entries>>::run), ...);
  return table;
}
}  // namespace

template <class T>
const Kernels<T>& noting_kernels(const Kernels<T>& of_device) {
  noted_table<T> = &of_device;
  static constexpr Kernels<T> noting = noting_table<T>(KernelEntries<T>{});
  return noting;
}

template const Kernels<float>& noting_kernels(const Kernels<float>&);
template const Kernels<double>& noting_kernels(const Kernels<double>&);

}  // namespace detail
}  // namespace gan
