// Initial values of parameters. Orthogonal ones use Eigen's QR, which is confined to this file.
#include "gan/nn/init.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "gan/backend/kernels.hpp"
#include "gan/core/rng.hpp"

namespace gan {

namespace initializer {
Initializer xavier_uniform() {
  return {Initializer::Kind::uniform, -std::sqrt(3.0), std::sqrt(3.0), Initializer::Scale::fan_average};
}
Initializer xavier_normal() { return {Initializer::Kind::normal, 0, 1, Initializer::Scale::fan_average}; }
Initializer he_uniform() {
  return {Initializer::Kind::uniform, -std::sqrt(6.0), std::sqrt(6.0), Initializer::Scale::fan_in};
}
Initializer he_normal() { return {Initializer::Kind::normal, 0, std::sqrt(2.0), Initializer::Scale::fan_in}; }
}  // namespace initializer

namespace {

/// Standard normals, redrawn while they lie outside two standard deviations; element i still depends only on i.
template <class T>
void truncated_normal(Tensor<T>& y, Rng rng) {
  const auto& kernel = cpu_kernels<T>();
  T* values = y.mutable_data();
  kernel.fill_normal(y.size(), rng, T(0), T(1), values);
  Tensor<T> again(y.shape());
  for (bool outside = true; outside;) {
    ++rng.draw;
    kernel.fill_normal(y.size(), rng, T(0), T(1), again.mutable_data());
    outside = false;
    for (i64 i = 0; i < y.size(); ++i) {
      if (std::abs(values[i]) <= T(2)) continue;
      values[i] = again.data()[i];
      outside = outside || std::abs(values[i]) > T(2);
    }
  }
}

template <class T>
void orthogonal(Tensor<T>& y, Rng rng) {
  const i64 rows = y.rank() == 0 ? 1 : y.shape(0), columns = y.size() / rows;
  cpu_kernels<T>().fill_normal(y.size(), rng, T(0), T(1), y.mutable_data());
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Matrix a(std::max(rows, columns), std::min(rows, columns));  // tall: its columns become orthonormal
  for (Eigen::Index i = 0; i < a.size(); ++i) a.data()[i] = static_cast<double>(y.data()[i]);
  const Eigen::HouseholderQR<Matrix> qr(a);
  Matrix q = qr.householderQ() * Matrix::Identity(a.rows(), a.cols());
  for (Eigen::Index j = 0; j < q.cols(); ++j)  // a unique Q: R's diagonal made positive
    if (qr.matrixQR()(j, j) < 0) q.col(j) = -q.col(j);
  T* values = y.mutable_data();
  for (i64 r = 0; r < rows; ++r)
    for (i64 c = 0; c < columns; ++c) values[r * columns + c] = static_cast<T>(rows >= columns ? q(r, c) : q(c, r));
}

}  // namespace

template <class T>
void fill_initial(Tensor<T>& y, const Initializer& how, double fan_in, double fan_out, u64 seed,
                  const std::string& name) {
  if (!y.device().is_cpu()) return y.copy_from(initial_values<T>(how, y.shape(), fan_in, fan_out, seed, name));
  double scale = 1;
  if (how.scale == Initializer::Scale::fan_in) scale = 1 / std::sqrt(fan_in);
  if (how.scale == Initializer::Scale::fan_average) scale = std::sqrt(2 / (fan_in + fan_out));
  T* values = y.mutable_data();
  const Rng rng{seed, name_stream(name.c_str()), 0};
  const auto& kernel = cpu_kernels<T>();
  auto multiply = [&](double factor) {
    for (i64 i = 0; i < y.size(); ++i) values[i] *= static_cast<T>(factor);
  };
  switch (how.kind) {
    case Initializer::Kind::constant: kernel.fill(y.size(), static_cast<T>(how.a), values); break;
    case Initializer::Kind::normal:
      kernel.fill_normal(y.size(), rng, static_cast<T>(how.a), static_cast<T>(how.b * scale), values);
      break;
    case Initializer::Kind::truncated_normal:
      truncated_normal(y, rng);
      multiply(how.b * scale);
      break;
    case Initializer::Kind::uniform:
      kernel.fill_uniform(y.size(), rng, static_cast<T>(how.a * scale), static_cast<T>(how.b * scale), values);
      break;
    case Initializer::Kind::orthogonal:
      orthogonal(y, rng);
      multiply(how.b);
      break;
    case Initializer::Kind::direction: {
      kernel.fill_normal(y.size(), rng, T(0), T(1), values);
      double squares = 0;
      for (i64 i = 0; i < y.size(); ++i) squares += static_cast<double>(values[i]) * static_cast<double>(values[i]);
      multiply(1 / std::sqrt(squares));
      break;
    }
  }
}

template <class T>
Tensor<T> initial_values(const Initializer& how, Shape shape, double fan_in, double fan_out, u64 seed,
                         const std::string& name) {
  Tensor<T> y(shape);
  fill_initial(y, how, fan_in, fan_out, seed, name);
  return y;
}

template void fill_initial(Tensor<float>&, const Initializer&, double, double, u64, const std::string&);
template void fill_initial(Tensor<double>&, const Initializer&, double, double, u64, const std::string&);
template Tensor<float> initial_values(const Initializer&, Shape, double, double, u64, const std::string&);
template Tensor<double> initial_values(const Initializer&, Shape, double, double, u64, const std::string&);

}  // namespace gan
