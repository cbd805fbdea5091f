// See nn/conv.hpp.
#include "gan/nn/conv.hpp"

namespace gan {

namespace {

template <class T>
Param<T> filters(Shape shape, const ConvOptions& o, double fan_in, double fan_out) {
  if (o.in < 1 || o.out < 1 || o.groups < 1 || o.in % o.groups != 0 || o.out % o.groups != 0)
    throw ValueError("[Conv2D] channels must be at least 1 and multiples of groups: in " + std::to_string(o.in) +
                     ", out " + std::to_string(o.out) + ", groups " + std::to_string(o.groups));
  Param<T> p(shape, Param<T>::Kind::weight, o.initializer, fan_in, fan_out);
  p.file.filters = true;
  return p;
}

}  // namespace

template <class T>
BasicConv2D<T>::BasicConv2D(const ConvOptions& o)
    : weight(filters<T>(Shape{o.out, o.kernel.h, o.kernel.w, o.in / std::max<i64>(1, o.groups)}, o,
                        o.window() * static_cast<double>(o.in / std::max<i64>(1, o.groups)),
                        o.window() * static_cast<double>(o.out / std::max<i64>(1, o.groups)))),
      geometry(o.geometry()),
      activation(o.activation) {
  if (o.bias) bias = Param<T>(Shape{o.out}, Param<T>::Kind::bias, initializer::constant(0));
}

template <class T>
BasicConvTranspose2D<T>::BasicConvTranspose2D(const ConvOptions& o)
    : weight(filters<T>(Shape{o.in, o.kernel.h, o.kernel.w, o.out / std::max<i64>(1, o.groups)}, o,
                        o.window() * static_cast<double>(o.in / std::max<i64>(1, o.groups)),
                        o.window() * static_cast<double>(o.out / std::max<i64>(1, o.groups)))),
      geometry(o.geometry()),
      activation(o.activation) {
  if (o.bias) bias = Param<T>(Shape{o.out}, Param<T>::Kind::bias, initializer::constant(0));
}

template struct BasicConv2D<float>;
template struct BasicConv2D<double>;
template struct BasicConvTranspose2D<float>;
template struct BasicConvTranspose2D<double>;

}  // namespace gan
