// Core: shapes, error messages, device names, the log.
#include <algorithm>

#include "gan/backend/runtime.hpp"
#include "gan/core/device.hpp"
#include "gan/core/error.hpp"
#include "gan/core/shape.hpp"

namespace gan {

Shape::Shape(const i64* extents, int rank) {
  if (rank < 0 || rank > max_rank)
    throw ShapeError("[Shape] " + std::to_string(rank) + " axes; a tensor has at most 6");
  for (int i = 0; i < rank; ++i) {
    if (extents[i] < 0) throw ShapeError("[Shape] axis " + std::to_string(i) + " has a negative extent");
    extents_[i] = extents[i];
  }
  rank_ = rank;
}

Shape Shape::prepend(i64 extent) const {
  i64 extents[max_rank + 1] = {extent};
  std::copy(begin(), end(), extents + 1);
  return {extents, rank_ + 1};
}

Shape Shape::tail() const { return rank_ == 0 ? Shape{} : Shape(extents_ + 1, rank_ - 1); }

Shape Shape::with(int axis, i64 extent) const {
  Shape s = *this;
  s[axis] = extent;
  return s;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + ")";
}

Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op) {
  Shape out = a.rank() >= b.rank() ? a : b;
  for (int i = 1; i <= out.rank(); ++i) {
    const i64 x = i <= a.rank() ? a[-i] : 1;
    const i64 y = i <= b.rank() ? b[-i] : 1;
    GAN_CHECK_SHAPE(x == y || x == 1 || y == 1, op, "shapes do not broadcast", a, b);
    out[-i] = x == 1 ? y : x;
  }
  return out;
}

void throw_shape_error(std::string_view op, std::string_view what, std::span<const Shape> shapes) {
  std::string message = "[" + std::string(op) + "] " + std::string(what);
  for (std::size_t i = 0; i < shapes.size(); ++i) message += (i == 0 ? ": " : ", ") + to_string(shapes[i]);
  throw ShapeError(message);
}

std::string to_string(Device device) {
  return device.is_cpu() ? "cpu" : "cuda:" + std::to_string(device.index);
}

Device best_device() { return cuda_device_count() > 0 ? Device::cuda() : Device::cpu(); }

Device parse_device(std::string_view text) {
  if (text == "cpu") return Device::cpu();
  if (text == "auto") return best_device();
  if (text.substr(0, 4) == "cuda") {
    int index = 0;
    if (text.size() == 6 && text[4] == ':' && text[5] >= '0' && text[5] <= '9') {
      index = text[5] - '0';
    } else if (text.size() != 4) {
      throw UsageError("'" + std::string(text) + "' is not a device; use auto, cpu, cuda or cuda:0 to cuda:9");
    }
    const int count = cuda_device_count();
    if (index >= count)
      throw DeviceError("[device] " + std::string(text) + " was asked for, but " + std::to_string(count) +
                        " CUDA devices can be used here; use --device cpu");
    return Device::cuda(index);
  }
  throw UsageError("'" + std::string(text) + "' is not a device; use auto, cpu, cuda or cuda:0 to cuda:9");
}

}  // namespace gan
