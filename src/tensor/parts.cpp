// See tensor/parts.hpp.
#include "gan/tensor/parts.hpp"

namespace gan {

template <class T>
BasicParts<T>::BasicParts(std::initializer_list<Part> parts) {
  for (const auto& [name, value] : parts) {
    if (has(name)) throw ValueError("[Parts] two parts are named '" + name + "'");
    set(name, value);
  }
}

template <class T>
const Tensor<T>* BasicParts<T>::find(std::string_view name) const {
  for (const Part& part : parts_)
    if (part.first == name) return &part.second;
  return nullptr;
}

template <class T>
const Tensor<T>& BasicParts<T>::operator[](std::string_view name) const {
  if (const Tensor<T>* const found = find(name)) return *found;
  throw ValueError("[Parts] there is no part '" + std::string(name) + "'" +
                   (empty() ? ", nor any other" : "; there are: " + names()));
}

template <class T>
BasicParts<T>& BasicParts<T>::set(const std::string& name, Tensor<T> value) {
  if (!value.defined()) {
    std::erase_if(parts_, [&name](const Part& part) { return part.first == name; });
    return *this;
  }
  for (Part& part : parts_)
    if (part.first == name) {
      part.second = std::move(value);
      return *this;
    }
  parts_.emplace_back(name, std::move(value));
  return *this;
}

template <class T>
std::vector<i64> BasicParts<T>::integers(std::string_view name) const {
  std::vector<i64> numbers;
  for (const T value : (*this)[name].to_vector()) numbers.push_back(static_cast<i64>(value));
  return numbers;
}

template <class T>
std::string BasicParts<T>::names() const {
  std::string list;
  for (const Part& part : parts_) list += (list.empty() ? "" : ", ") + part.first;
  return list;
}

template <class T>
BasicParts<T> BasicParts<T>::to(Device device) const {
  BasicParts moved;
  for (const auto& [name, value] : parts_) moved.parts_.emplace_back(name, value.to(device));
  return moved;
}

template class BasicParts<float>;
template class BasicParts<double>;

}  // namespace gan
