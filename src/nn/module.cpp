// See nn/module.hpp.
#include "gan/nn/module.hpp"

#include <algorithm>

namespace gan {

bool detail::Met::first_at(const void* memory) {
  if (std::find(met_.begin(), met_.end(), memory) != met_.end()) return false;
  met_.push_back(memory);
  return true;
}

template <class T>
void Parameters<T>::append(const Parameters& other) {
  detail::Met met;
  for (const Tensor<T>& x : tensors) met.first(x);
  for (std::size_t i = 0; i < other.tensors.size(); ++i) {
    if (!met.first(other.tensors[i])) continue;
    names.push_back(other.names[i]);
    tensors.push_back(other.tensors[i]);
  }
}

template <class T>
void detail::leave_record(const char* type, const Shape& output, std::initializer_list<const Param<T>*> owned,
                          Pass& pass) {
  LayerRecord record{type, output, 0, 0, {}};
  const auto counted = [&](const void* memory) {
    const auto holds = [memory](const LayerRecord& line) {
      return std::find(line.counted.begin(), line.counted.end(), memory) != line.counted.end();
    };
    return holds(record) || std::any_of(pass.trace->begin(), pass.trace->end(), holds);
  };
  for (const Param<T>* p : owned) {
    if (!p->defined() || counted(p->data())) continue;  // a layer that runs twice is counted in its first line
    record.counted.push_back(p->data());
    record.parameters += p->size();
    if (p->trainable()) record.trainable += p->size();
  }
  pass.trace->push_back(std::move(record));
}

#define GAN_MODULE(T)            \
  template struct Parameters<T>; \
  template void detail::leave_record(const char*, const Shape&, std::initializer_list<const Param<T>*>, Pass&);
GAN_MODULE(float)
GAN_MODULE(double)

}  // namespace gan
