// Recording work as CUDA graphs, for the .cu files: see gan/backend/capture.hpp.
#pragma once

#include "gan/backend/capture.hpp"

namespace gan::cuda {

/// What a kernel is told anew in every replay: the value itself, or in a recording its place in device memory.
template <class C>
struct Given {
  C value;
  const C* place;
  GAN_HD const C& get() const { return place != nullptr ? *place : value; }
};

/// The places of what this thread records, or null where it does not.
ValuePlaces* recorded_places();

/// make(value), a kernel's constants: to be read from memory that each replay fills, where this thread records.
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

/// Memory for a tensor that is made while this thread records, or null where it does not.
void* allocate_recorded(std::size_t bytes, Device device);
/// True when that is seen to: the memory was from there and is given back, or it is other memory of the device, and this
/// thread records. A graph must not free that, once for every replay: it is freed when the recording has ended.
bool deallocate_recorded(void* memory, std::size_t bytes, Device device);

}  // namespace gan::cuda
