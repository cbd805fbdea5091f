// Layers, initial values, summaries.
#include <cmath>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/summary.hpp"

namespace gan {

template struct Param<float>;
template struct Param<double>;
template struct BasicDense<float>;
template struct BasicDense<double>;

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

template <class T>
BasicBatchNorm<T>::BasicBatchNorm(i64 channels, BatchNormOptions o)
    : weight(Shape{channels}, Param<T>::Kind::weight, o.gamma),
      bias(Shape{channels}, Param<T>::Kind::bias, initializer::constant(0)),
      running_mean(Shape{channels}, Param<T>::Kind::buffer, initializer::constant(0)),
      running_var(Shape{channels}, Param<T>::Kind::buffer, initializer::constant(1)),
      momentum(o.momentum),
      epsilon(o.epsilon),
      activation(o.activation) {}

template <class T>
Tensor<T> BasicBatchNorm<T>::operator()(const Tensor<T>& x, Pass& p) const {
  weight.require_ready("BatchNorm");
  if (!p.batch_stats) {
    const Tensor<T> y =
        batch_norm_inference<T>(x, weight, bias, running_mean, running_var, epsilon, activation);
    return traced("BatchNorm", *this, y, p);
  }
  const BatchNormResult<T> result = batch_norm<T>(x, weight, bias, epsilon, activation);
  if (p.update_stats) {
    NoRecord constant;
    const double rows = static_cast<double>(x.size() / x.shape(-1));
    Tensor<T> mean = running_mean, variance = running_var;  // handles on the buffers
    mean.copy_from(add(affine(mean, 1 - momentum, 0), affine(result.mean, momentum, 0)));
    variance.copy_from(
        add(affine(variance, 1 - momentum, 0), affine(result.variance, momentum * rows / (rows - 1), 0)));
  }
  return traced("BatchNorm", *this, result.y, p);
}

template struct BasicBatchNorm<float>;
template struct BasicBatchNorm<double>;

std::string to_string(const Summary& summary) {
  auto cell = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
  };
  auto shape_text = [](const Shape& s) {
    std::string text = "(None";
    for (int i = 1; i < s.rank(); ++i) text += ", " + std::to_string(s[i]);
    return text + ")";
  };
  const std::string rule(64, '-');
  std::string out = cell("Layer (type)", 28) + cell("Output shape", 24) + "Parameters\n" + rule + "\n";
  std::vector<std::string> seen;
  for (const auto& layer : summary.layers) {
    const auto nth = std::count(seen.begin(), seen.end(), layer.type) + 1;
    seen.push_back(layer.type);
    out += cell(std::to_string(seen.size() - 1) + " " + layer.type + (nth > 1 ? "_" + std::to_string(nth) : ""), 28) +
           cell(shape_text(layer.output), 24) + std::to_string(layer.parameters) + "\n";
  }
  out += rule + "\n";
  out += "Total parameters:         " + std::to_string(summary.count.total()) + "\n";
  out += "Trainable parameters:     " + std::to_string(summary.count.trainable) + "\n";
  out += "Non-trainable parameters: " + std::to_string(summary.count.non_trainable) + "\n";
  return out;
}

}  // namespace gan
