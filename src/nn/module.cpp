// See nn/module.hpp.
#include "gan/nn/module.hpp"

namespace gan {

template <class T>
void detail::leave_record(const char* type, const Shape& output, std::initializer_list<const Param<T>*> owned,
                          Pass& pass) {
  LayerRecord record{type, output, 0, 0};
  for (const Param<T>* p : owned) {
    if (!p->defined()) continue;
    record.parameters += p->size();
    if (p->trainable()) record.trainable += p->size();
  }
  pass.trace->push_back(std::move(record));
}

template void detail::leave_record(const char*, const Shape&, std::initializer_list<const Param<float>*>, Pass&);
template void detail::leave_record(const char*, const Shape&, std::initializer_list<const Param<double>*>, Pass&);

}  // namespace gan
