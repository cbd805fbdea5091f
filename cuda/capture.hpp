// Recording work as CUDA graphs, for the .cu files: see gan/backend/capture.hpp.
#pragma once

#include "gan/backend/capture.hpp"

namespace gan::cuda {

/// A value that a kernel receives anew in every replay: the value itself or, in a recording, its place in device
/// memory.
template <class C>
struct Given {
  C value;
  const C* place;
  GAN_HD const C& get() const { return place != nullptr ? *place : value; }
};

/// The places of this thread's recording, or null if the thread is not recording.
ValuePlaces* recorded_places();

/// make(value), a kernel's constants; if this thread records, they are read from memory that each replay fills.
template <auto make, class V>
auto given(const V& value) {
  using C = decltype(make(value));
  Given<C> constants{make(value), nullptr};
  if (ValuePlaces* const places = recorded_places())
    constants.place = static_cast<const C*>(places->add(sizeof(C), [](const GraphArgument& varying, void* place) {
      *static_cast<C*>(place) = make(std::get<V>(varying));
    }));
  return constants;
}

/// Memory for a tensor made during this thread's recording, or null if the thread is not recording.
void* allocate_recorded(std::size_t bytes, Device device);
/// True if nothing is left to do: the memory came from allocate_recorded and has been returned, or it is other memory
/// of the device and this thread is recording. The graph must not free such memory in every replay, so it is freed
/// after the recording.
bool deallocate_recorded(void* memory, std::size_t bytes, Device device);

}  // namespace gan::cuda
