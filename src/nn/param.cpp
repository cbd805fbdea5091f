// See nn/param.hpp.
#include "gan/nn/param.hpp"

namespace gan {

template <class T>
Param<T>& Param<T>::operator=(const Param& other) {
  if (this == &other) return *this;
  if (!defined() || !other.defined() || shape() != other.shape() || kind != other.kind) return *this = Param(other);
  copy_description(other);
  move_to(other.device());
  if (tensor_.storage() != other.tensor_.storage()) tensor_.copy_from(other.tensor_);
  return *this;
}

template <class T>
void Param<T>::share(const Tensor<T>& other) {
  GAN_CHECK_SHAPE(other.defined() && other.shape() == shape(), "Param::share", "the tensor has another shape",
                  other.shape(), shape());
  tensor_ = other;
  ready = true;
  track();
}

template <class T>
void Param<T>::throw_not_ready(const char* layer) const {
  const std::string name = defined() && !tensor_.name().empty() ? "'" + tensor_.name() + "' " : std::string();
  throw ValueError(std::string("[") + layer + "] its parameter " + name + to_string(shape()) +
                   " has no values: either init(net, seed) was not called, or a `visit` between the net and this layer "
                   "does not name it");
}

template <class T>
void Param<T>::move_to(Device device) {
  if (!defined() || device == this->device()) return;
  // Exchange the memory behind all handles, so that no handle is left behind.
  detail::Storage<T>& here = *tensor_.storage();
  const Shape all{here.size};
  const std::size_t bytes = static_cast<std::size_t>(here.size) * sizeof(T);
  detail::Storage<T> there(all, device);
  detail::copy_bytes(there.data, device, here.data, here.device, bytes);
  std::swap(here.data, there.data);
  std::swap(here.device, there.device);  // `there` frees the old memory
  ++here.version;
  std::destroy_at(&here.live);
  std::construct_at(&here.live, tensor_.shape(), bytes, device);
}

template struct Param<float>;
template struct Param<double>;

}  // namespace gan
