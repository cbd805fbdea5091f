// Tensor<T>: a cheap handle to a dense row-major array on some device which, while recording, also knows the operation
// that made it. Copying a tensor copies the handle. Reshapes and slices of the leading axis share memory; everything
// else copies.
//
// Lifetime: memory lives as long as a tensor that refers to it, or a history that needs its values. A pointer from
// data() or a span from values() is valid while one of these lives: keep the tensor, not the pointer of a temporary. A
// history lives as long as a result that was recorded with it (or until grad(std::move(loss), …) has walked it).
//
// Versions: the memory counts its in-place changes, one for each call of mutable_data() or copy_from() through any
// tensor that refers to it, views included. An operation remembers the versions of the values that its gradient needs,
// and grad throws ValueError, naming the tensor, if one of them has changed since. Writes through a pointer kept from
// an earlier mutable_data() are not counted: call it again for every change.
//
// Threads: different threads may use different tensors, and may read the same tensor (ops, data(), copies of the
// handle) at the same time, also while recording: each thread has its own recording setting (NoGrad). No thread may
// read while another changes the memory or the same handle: nothing here locks. Compute two gradients through one
// history one after the other.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gan/backend/runtime.hpp"
#include "gan/core/device.hpp"
#include "gan/core/error.hpp"
#include "gan/core/shape.hpp"

namespace gan {

template <class T>
struct Node;

namespace detail {
/// The memory behind one or more tensors. `version` counts in-place changes, so that a gradient can detect that a value
/// that it needs has changed; `name` is used in its error message.
template <class T>
struct Storage {
  T* data = nullptr;
  i64 size = 0;
  Device device;
  u64 version = 0;
  std::string name;
  LiveTensor live;  ///< declared after the memory, so that a failed allocation is not listed

  /// The size in bytes cannot overflow: Shape guarantees that for elements of up to 8 bytes.
  Storage(const Shape& shape, Device where)
      : data(static_cast<T*>(allocate(static_cast<std::size_t>(shape.size()) * sizeof(T), where))),
        size(shape.size()),
        device(where),
        live(shape, static_cast<std::size_t>(shape.size()) * sizeof(T), where) {}
  static_assert(sizeof(T) <= 8);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage() { deallocate(data, static_cast<std::size_t>(size) * sizeof(T), device); }
};
}  // namespace detail

template <class T>
class Tensor {
 public:
  using value_type = T;

  /// An undefined tensor, which has neither shape nor memory and means "none". Ops that need a tensor throw gan::Error;
  /// data(), mutable_data(), named(), name() and version() must not be called.
  Tensor() = default;
  /// Uninitialised memory of this shape. Throws OutOfMemory, as every function that makes a tensor does, and
  /// DeviceError if the device is absent.
  explicit Tensor(Shape shape, Device device = Device::cpu())
      : storage_(std::make_shared<detail::Storage<T>>(shape, device)), shape_(shape) {}

  static Tensor full(Shape shape, T value, Device device = Device::cpu());
  static Tensor zeros(Shape shape, Device device = Device::cpu()) { return full(shape, T(0), device); }
  static Tensor ones(Shape shape, Device device = Device::cpu()) { return full(shape, T(1), device); }
  /// A scalar, shape ().
  static Tensor scalar(T value, Device device = Device::cpu()) { return full(Shape{}, value, device); }
  /// A copy of host values in row-major order. Throws ShapeError if their number is not shape.size().
  static Tensor from(std::span<const T> values, Shape shape, Device device = Device::cpu());
  static Tensor from(std::initializer_list<T> values, Shape shape, Device device = Device::cpu()) {
    return from(std::span<const T>(values.begin(), values.size()), shape, device);
  }

  bool defined() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  i64 shape(int axis) const { return shape_[axis]; }
  int rank() const { return shape_.rank(); }
  i64 size() const { return shape_.size(); }
  Device device() const { return storage_ ? storage_->device : Device::cpu(); }

  /// The elements, row-major, in the memory of device(); for how long, see "Lifetime" above. The host cannot read a
  /// pointer to CUDA memory.
  const T* data() const { return storage_->data + offset_; }
  /// The elements for writing; all tensors over the same memory see the changes. Every call counts as one change (a new
  /// version): a gradient that needs the old values will throw.
  T* mutable_data() {
    ++storage_->version;
    return storage_->data + offset_;
  }
  /// The elements of a CPU tensor. Throws DeviceError for a tensor on another device.
  std::span<const T> values() const;
  /// A host copy from any device.
  std::vector<T> to_vector() const;
  /// The single element, copied to the host. Throws ShapeError unless size() is 1.
  T item() const;

  /// The same elements on another device; the same tensor if it is already there.
  Tensor to(Device device) const;
  /// A copy with its own memory and without history.
  Tensor clone() const;
  /// Copies elements from a tensor of the same shape, in place; counts as one change, as mutable_data() does. Throws
  /// ShapeError if the shapes differ.
  void copy_from(const Tensor& source);

  /// True when gradients can flow to or through this tensor.
  bool tracked() const { return node_ != nullptr; }
  /// Sets the name of the memory for error messages.
  Tensor& named(std::string name) {
    storage_->name = std::move(name);
    return *this;
  }
  const std::string& name() const { return storage_->name; }

  // For ops and the gradient engine.
  /// The number of in-place changes of the memory so far, through any tensor over it.
  u64 version() const { return storage_->version; }
  const std::shared_ptr<detail::Storage<T>>& storage() const { return storage_; }
  i64 offset() const { return offset_; }
  const std::shared_ptr<Node<T>>& node() const { return node_; }
  void set_node(std::shared_ptr<Node<T>> node) { node_ = std::move(node); }
  /// This tensor without its memory: shape and history only.
  Tensor without_values() const {
    Tensor t;
    t.shape_ = shape_;
    t.node_ = node_;
    return t;
  }
  /// A tensor over the same memory, starting `offset` elements in, without history.
  Tensor view(Shape shape, i64 offset = 0) const {
    Tensor t;
    t.storage_ = storage_;
    t.offset_ = offset_ + offset;
    t.shape_ = shape;
    return t;
  }
  /// True if no other tensor holds this memory.
  bool unique() const { return storage_.use_count() == 1; }

 private:
  std::shared_ptr<detail::Storage<T>> storage_;
  i64 offset_ = 0;
  Shape shape_;
  std::shared_ptr<Node<T>> node_;
};

template <class T>
using Tensors = std::vector<Tensor<T>>;

/// A tensor of float, the type that networks are trained in.
using Var = Tensor<float>;

extern template class Tensor<float>;
extern template class Tensor<double>;

}  // namespace gan
