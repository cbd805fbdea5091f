// Param: a parameter or buffer that a module owns. It is not a tensor: copying it copies its values, so that
// `auto shadow = G;` is a snapshot, whereas `weight.tensor()` is a handle to its values, to be passed to ops.
#pragma once

#include "gan/nn/init.hpp"
#include "gan/tensor/history.hpp"

namespace gan {

/// How a file stores the values of a parameter: in PyTorch's order of axes and, where an axis indexes the flattened
/// features of an image (H, W, C), in the order in which PyTorch flattens it, (C, H, W).
struct FileLayout {
  bool filters = false;   ///< filters of a convolution, (O, KH, KW, I); files store (O, I, KH, KW)
  bool image = false;     ///< values of an image, (H, W, C); files store (C, H, W)
  i64 out_channels = 0;   ///< C, when the first axis indexes the features of an image
  i64 in_channels = 0;    ///< C, when the second axis, or its first in_features entries, index those of an image
  i64 in_features = 0;    ///< 0: the whole second axis
};

/// Values owned by a module, with everything needed to initialise and save them. Ops take its handle: `x *
/// gain.tensor()`. Handles stay valid whatever happens to the parameter: set, init, load, a move to another device, an
/// assignment.
template <class T>
struct Param {
  enum class Kind { weight, bias, buffer };
  Kind kind = Kind::weight;
  Initializer initializer;         ///< used by init
  double fan_in = 1, fan_out = 1;  ///< inputs per output and outputs per input
  bool ready = false;              ///< has values: set by init or load
  FileLayout file;                 ///< how io::save_weights and io::load_weights permute the values

  /// An undefined parameter, such as the bias of a layer without bias.
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
  /// Copies the values; in place when shape and kind are the same, so that existing handles see the new values.
  Param& operator=(const Param& other);
  Param& operator=(Param&&) noexcept = default;

  /// The handle that ops, optimizers and grad take. Copies of it share the parameter's values and its gradient.
  const Tensor<T>& tensor() const { return tensor_; }
  bool defined() const { return tensor_.defined(); }
  const Shape& shape() const { return tensor_.shape(); }
  i64 shape(int axis) const { return tensor_.shape(axis); }
  int rank() const { return tensor_.rank(); }
  i64 size() const { return tensor_.size(); }
  Device device() const { return tensor_.device(); }
  /// The values, row-major, on device().
  const T* data() const { return tensor_.data(); }
  /// A copy of the values on the host.
  std::vector<T> to_vector() const { return tensor_.to_vector(); }

  bool trainable() const { return kind != Kind::buffer; }
  /// Replaces the values in place: every handle to this parameter sees them. Throws ShapeError for another shape.
  void set(const Tensor<T>& values) {
    tensor_.copy_from(values);
    ready = true;
  }
  /// Draws initial values in place; `name` is the full name of the parameter.
  void draw(const Initializer& how, u64 seed, const std::string& name) {
    fill_initial<T>(tensor_, how, fan_in, fan_out, seed, name);
    ready = true;
  }
  /// Makes the parameter an alias of a tensor, sharing memory and history: for two layers with one weight, or to put
  /// gradcheck's variable into a layer. A copy of the parameter has its own values again. Throws ShapeError for another
  /// shape.
  void share(const Tensor<T>& other);
  /// Sets the name that error messages use.
  void named(const std::string& name) { tensor_.named(name); }
  /// Throws ValueError, naming `layer`, when there are no values yet.
  void require_ready(const char* layer) const {
    if (!ready) throw_not_ready(layer);
  }
  /// Throws ShapeError, naming `layer`, for a tensor of another shape.
  void require_shape_of(const char* layer, const Tensor<T>& other) const {
    GAN_CHECK_SHAPE(other.shape() == shape(), layer, "the weight has another shape", other.shape(), shape());
  }
  /// Moves the values, and every handle to this parameter, to a device: optimizers and players continue there. Does
  /// nothing when they are on that device already. A gradient that still needs the old values throws.
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
