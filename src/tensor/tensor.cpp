// See tensor/tensor.hpp.
#include "gan/tensor/tensor.hpp"

#include "gan/backend/kernels.hpp"

namespace gan {

template <class T>
Tensor<T> Tensor<T>::full(Shape shape, T value, Device device) {
  Tensor t(shape, device);
  kernels<T>(device).fill(t.size(), value, t.mutable_data());
  return t;
}

template <class T>
Tensor<T> Tensor<T>::from(std::span<const T> values, Shape shape, Device device) {
  if (static_cast<i64>(values.size()) != shape.size())
    throw ShapeError("[Tensor::from] " + std::to_string(values.size()) + " values for shape " + to_string(shape));
  Tensor t(shape, device);
  detail::copy_bytes(t.mutable_data(), device, values.data(), Device::cpu(), values.size_bytes());
  return t;
}

template <class T>
std::span<const T> Tensor<T>::values() const {
  if (!defined()) return {};
  if (!device().is_cpu())
    throw DeviceError("[Tensor::values] the tensor is on " + to_string(device()) + "; use to_vector()");
  return {data(), static_cast<std::size_t>(size())};
}

template <class T>
std::vector<T> Tensor<T>::to_vector() const {
  std::vector<T> host(static_cast<std::size_t>(size()));
  if (defined()) detail::copy_bytes(host.data(), Device::cpu(), data(), device(), host.size() * sizeof(T));
  return host;
}

template <class T>
T Tensor<T>::item() const {
  GAN_CHECK_SHAPE(defined() && size() == 1, "Tensor::item", "a tensor of one element is needed", shape_);
  T value;
  detail::copy_bytes(&value, Device::cpu(), data(), device(), sizeof(T));
  return value;
}

template <class T>
Tensor<T> Tensor<T>::to(Device target) const {
  if (!defined() || target == device()) return *this;
  Tensor t(shape_, target);
  detail::copy_bytes(t.mutable_data(), target, data(), device(), static_cast<std::size_t>(size()) * sizeof(T));
  return t;
}

template <class T>
Tensor<T> Tensor<T>::clone() const {
  if (!defined()) return {};
  Tensor t(shape_, device());
  detail::copy_bytes(t.mutable_data(), device(), data(), device(), static_cast<std::size_t>(size()) * sizeof(T));
  t.storage_->name = storage_->name;
  return t;
}

template <class T>
void Tensor<T>::copy_from(const Tensor& source) {
  GAN_CHECK_SHAPE(defined() && source.defined() && shape_ == source.shape_, "Tensor::copy_from", "shapes differ",
                  shape_, source.shape_);
  detail::copy_bytes(mutable_data(), device(), source.data(), source.device(),
                     static_cast<std::size_t>(size()) * sizeof(T));
}

template class Tensor<float>;
template class Tensor<double>;

}  // namespace gan
