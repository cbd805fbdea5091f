// Param: a parameter or buffer that a module owns. It is no tensor: copying it copies numbers, so that `auto shadow =
// G;` is a snapshot, while `weight.tensor()` is a handle on its numbers, as ops take it.
#pragma once

#include "gan/nn/init.hpp"
#include "gan/tensor/history.hpp"

namespace gan {

/// How a file holds a parameter's numbers: in PyTorch's order of axes and, where an axis numbers the flattened features
/// of an image (H, W, C), as PyTorch flattens it, (C, H, W).
struct FileLayout {
  bool filters = false;   ///< a convolution's (O, KH, KW, I); files hold (O, I, KH, KW)
  bool image = false;     ///< an image's (H, W, C); files hold (C, H, W)
  i64 out_channels = 0;   ///< C, when the first axis numbers the features of an image
  i64 in_channels = 0;    ///< C, when the second axis does, or its first in_features entries do
  i64 in_features = 0;    ///< 0: all of the second axis
};

/// A module's own numbers, with what initialising and saving them needs. Ops take its handle: `x * gain.tensor()`.
/// Handles stay on the parameter whatever happens to it: set, init, load, a move to another device, an assignment.
template <class T>
struct Param {
  enum class Kind { weight, bias, buffer };
  Kind kind = Kind::weight;
  Initializer initializer;         ///< used by init
  double fan_in = 1, fan_out = 1;  ///< inputs per output and outputs per input
  bool ready = false;              ///< has values: set by init or load
  FileLayout file;                 ///< what io::save_weights and io::load_weights permute

  /// None, as the bias of a layer without bias.
  Param() = default;
  Param(Shape shape, Kind what, Initializer how, double in = 1, double out = 1)
      : kind(what), initializer(how), fan_in(in), fan_out(out), tensor_(shape) {
    if (how.kind == Initializer::Kind::constant) set(Tensor<T>::full(shape, static_cast<T>(how.a)));
    track();
  }
  Param(const Param& other) : tensor_(detach<T>(other.tensor_).clone()) {
    copy_description(other);
    track();
  }
  Param(Param&&) noexcept = default;
  /// Copies the numbers, in place where the shape and the kind are the same: handles taken before see the new ones.
  Param& operator=(const Param& other);
  Param& operator=(Param&&) noexcept = default;

  /// The handle that ops, optimizers and grad take. Copies of it share the parameter's numbers and its gradient.
  const Tensor<T>& tensor() const { return tensor_; }
  bool defined() const { return tensor_.defined(); }
  const Shape& shape() const { return tensor_.shape(); }
  i64 shape(int axis) const { return tensor_.shape(axis); }
  int rank() const { return tensor_.rank(); }
  i64 size() const { return tensor_.size(); }
  Device device() const { return tensor_.device(); }
  /// The numbers, row-major, on device().
  const T* data() const { return tensor_.data(); }
  /// A host copy of the numbers.
  std::vector<T> to_vector() const { return tensor_.to_vector(); }

  bool trainable() const { return kind != Kind::buffer; }
  /// Replaces the numbers in place: every handle on this parameter sees them. Throws ShapeError.
  void set(const Tensor<T>& values) {
    tensor_.copy_from(values);
    ready = true;
  }
  /// Draws first values in place; `name` is the parameter's full one.
  void draw(const Initializer& how, u64 seed, const std::string& name) {
    fill_initial<T>(tensor_, how, fan_in, fan_out, seed, name);
    ready = true;
  }
  /// Becomes that tensor, its memory and its history: two layers with one weight, or gradcheck's variable in a layer. A
  /// copy of the parameter has numbers of its own again. Throws ShapeError for another shape.
  void share(const Tensor<T>& other);
  /// Names the numbers in error messages.
  void named(const std::string& name) { tensor_.named(name); }
  /// Throws ValueError when there are no values yet; `layer` is who asks.
  void require_ready(const char* layer) const {
    if (!ready) throw_not_ready(layer);
  }
  /// Moves the numbers to a device, and with them every handle on this parameter: optimizers and players go on there.
  /// No change where they lie there already. A gradient that still needs the old numbers throws.
  void move_to(Device device);

 private:
  [[noreturn]] void throw_not_ready(const char* layer) const;
  void copy_description(const Param& o) {
    kind = o.kind;
    initializer = o.initializer;
    fan_in = o.fan_in;
    fan_out = o.fan_out;
    ready = o.ready;
    file = o.file;
  }
  void track() {
    if (defined() && trainable() && !tensor_.tracked()) tensor_ = leaf<T>(tensor_);
  }

  Tensor<T> tensor_;
};

extern template struct Param<float>;
extern template struct Param<double>;

}  // namespace gan
