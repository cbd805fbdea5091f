// See ops/shape.hpp.
#include "gan/ops/reduce.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/shape.hpp"

#include <cmath>

namespace gan {
namespace detail {

Shape infer(std::initializer_list<i64> extents, i64 size) {
  i64 known = 1, out[Shape::max_rank] = {};
  int n = 0, unknown = -1;
  for (const i64 e : extents) {
    if (n == Shape::max_rank) throw ShapeError("[reshape] a tensor has at most 6 axes");
    if (e == -1 && unknown < 0)
      unknown = n;
    else
      known = checked_multiply(known, e, "reshape");
    out[n++] = e;
  }
  if (unknown >= 0) {
    if (known <= 0 || size % known != 0)
      throw ShapeError("[reshape] " + std::to_string(size) + " elements do not fill the inferred axis evenly");
    out[unknown] = size / known;
  }
  return {out, n, "reshape"};
}

Strides dense_strides(const Shape& shape) {
  Strides strides = {};
  i64 run = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i)] = run;
    run *= shape[i];
  }
  return strides;
}

template <class T>
std::vector<i64> class_numbers(const std::vector<T>& labels, i64 classes, const char* op, const char* noun) {
  std::vector<i64> numbers(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!(labels[i] >= T(0) && labels[i] < static_cast<T>(classes)) || labels[i] != std::floor(labels[i]))
      throw ValueError("[" + std::string(op) + "] " + noun + " " + std::to_string(labels[i]) +
                       " is no whole number in [0, " + std::to_string(classes) + ")");
    numbers[i] = static_cast<i64>(labels[i]);
  }
  return numbers;
}
template std::vector<i64> class_numbers(const std::vector<float>&, i64, const char*, const char*);
template std::vector<i64> class_numbers(const std::vector<double>&, i64, const char*, const char*);

RowIndex row_index(const std::vector<i64>& index, Device device) {
  const auto made = std::make_shared<const Storage<i64>>(Shape{static_cast<i64>(index.size())}, device);
  copy_bytes(made->data, device, index.data(), Device::cpu(), index.size() * sizeof(i64));
  return made;
}

}  // namespace detail

template <class T>
Tensor<T> one_hot(const std::vector<i64>& labels, i64 classes) {
  const i64 extents[] = {static_cast<i64>(labels.size()), classes};
  const Shape shape(extents, 2, "one_hot");
  std::vector<T> values(static_cast<std::size_t>(shape.size()), T(0));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes)
      throw ValueError("[one_hot] class " + std::to_string(labels[i]) + " outside [0, " + std::to_string(classes) +
                       ")");
    values[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(labels[i])] = T(1);
  }
  return Tensor<T>::from(values, shape);
}
template Tensor<float> one_hot(const std::vector<i64>&, i64);
template Tensor<double> one_hot(const std::vector<i64>&, i64);

}  // namespace gan
