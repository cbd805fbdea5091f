// Param: a tensor that a module owns. Copying a module copies its numbers, so `auto shadow = G;` is a snapshot.
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

template <class T>
struct Param : Tensor<T> {
  enum class Kind { weight, bias, buffer };
  Kind kind = Kind::weight;
  Initializer initializer;         ///< used by init
  double fan_in = 1, fan_out = 1;  ///< inputs per output and outputs per input
  bool ready = false;              ///< has values: set by init or load
  FileLayout file;                 ///< what io::save_weights and io::load_weights permute

  Param() = default;
  Param(Shape shape, Kind what, Initializer how, double in = 1, double out = 1)
      : Tensor<T>(shape), kind(what), initializer(how), fan_in(in), fan_out(out) {
    if (how.kind == Initializer::Kind::constant) set(Tensor<T>::full(shape, static_cast<T>(how.a)));
    track();
  }
  Param(const Param& other) : Tensor<T>(detach<T>(other).clone()) {
    copy_description(other);
    track();
  }
  Param(Param&&) noexcept = default;
  Param& operator=(const Param& other) {
    Param copy(other);
    return *this = std::move(copy);
  }
  Param& operator=(Param&&) noexcept = default;

  bool trainable() const { return kind != Kind::buffer; }
  /// Replaces the numbers in place: every handle on this parameter sees them. Throws ShapeError.
  void set(const Tensor<T>& values) {
    this->copy_from(values);
    ready = true;
  }
  /// Draws first values in place; `name` is the parameter's full one.
  void draw(const Initializer& how, u64 seed, const std::string& name) {
    fill_initial<T>(*this, how, fan_in, fan_out, seed, name);
    ready = true;
  }
  /// Throws ValueError when there are no values yet.
  void require_ready(const char* layer) const {
    if (!ready)
      throw ValueError(std::string("[") + layer + "] the weights " + to_string(this->shape()) +
                       " have no values yet; call init(net, seed) first");
  }
  /// Moves the numbers to a device. Handles taken before keep the old ones.
  void move_to(Device device) {
    static_cast<Tensor<T>&>(*this) = detach<T>(*this).to(device);
    track();
  }

 private:
  void copy_description(const Param& o) {
    kind = o.kind;
    initializer = o.initializer;
    fan_in = o.fan_in;
    fan_out = o.fan_out;
    ready = o.ready;
    file = o.file;
  }
  void track() {
    if (this->defined() && trainable()) static_cast<Tensor<T>&>(*this) = leaf<T>(*this);
  }
};

extern template struct Param<float>;
extern template struct Param<double>;

}  // namespace gan
