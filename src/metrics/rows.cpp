// See rows.hpp.
#include "src/metrics/rows.hpp"

#include <cmath>
#include <limits>

#include "gan/backend/kernels.hpp"
#include "gan/core/parallel.hpp"

namespace gan::metrics {

void check_samples(const char* op, const char* what, const Samples& x, i64 minimum) {
  const std::string start = std::string("[") + op + "] " + what + ": ";
  if (x.count() < minimum)
    throw ValueError(start + std::to_string(x.count()) + " samples " + to_string(x.shape()) + "; at least " +
                     std::to_string(minimum) + " are needed");
  const i64 d = x.width();
  std::vector<double> row(static_cast<std::size_t>(d));
  for (i64 i = 0; i < x.count(); ++i) {
    x.read(i, 1, row.data());
    for (i64 k = 0; k < d; ++k)
      if (!std::isfinite(row[static_cast<std::size_t>(k)]))
        throw ValueError(start + "number " + std::to_string(k) + " of sample " + std::to_string(i) + " of " +
                         to_string(x.shape()) + " is not finite; look at what made it");
  }
}

void check_widths(const char* op, const Samples& a, const Samples& b) {
  GAN_CHECK_SHAPE(a.width() == b.width(), op,
                  "samples of different widths; both sets must be features of one network, or images of one size",
                  a.shape(), b.shape());
}

Matrix read_all(const Samples& x) {
  Matrix m(x.count(), x.width());
  x.read(0, x.count(), m.values.data());
  return m;
}

Matrix read_some(const Samples& x, std::span<const i64> which) {
  Matrix m(static_cast<i64>(which.size()), x.width());
  for (i64 i = 0; i < m.rows; ++i) x.read(which[static_cast<std::size_t>(i)], 1, m.row(i));
  return m;
}

std::vector<double> column_means(const Samples& x) {
  const i64 d = x.width();
  std::vector<double> sum(static_cast<std::size_t>(d)), row(sum);
  for (i64 i = 0; i < x.count(); ++i) {
    x.read(i, 1, row.data());
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += row[k];
  }
  for (double& s : sum) s /= static_cast<double>(std::max<i64>(x.count(), 1));
  return sum;
}

void multiply(const Matrix& a, bool transpose_a, const Matrix& b, bool transpose_b, Matrix& product) {
  const i64 m = transpose_a ? a.columns : a.rows, k = transpose_a ? a.rows : a.columns;
  const i64 n = transpose_b ? b.rows : b.columns;
  if (product.rows != m || product.columns != n) product = Matrix(m, n);
  cpu_kernels<double>().gemm({m, n, k, transpose_a, transpose_b}, a.values.data(), b.values.data(),
                             product.values.data(), {});
}

std::vector<double> squared_norms(const Matrix& x) {
  std::vector<double> norms(static_cast<std::size_t>(x.rows));
  for (i64 i = 0; i < x.rows; ++i) {
    double s = 0;
    for (const double* p = x.row(i); p != x.row(i) + x.columns; ++p) s += *p * *p;
    norms[static_cast<std::size_t>(i)] = s;
  }
  return norms;
}

void for_distance_strips(const Samples& a, const Samples& b, const std::vector<double>& origin,
                         const std::function<void(i64, i64, const double*)>& visit) {
  constexpr i64 strip_values = i64{1} << 22, block_values = i64{1} << 20;  // 32 MB and 8 MB
  const i64 n = a.count(), m = b.count(), d = a.width();
  const i64 strip = std::clamp<i64>(strip_values / std::max<i64>(m, 1), 1, 512);
  const i64 block = std::clamp<i64>(block_values / d, 64, 4096);
  std::vector<double> squared(static_cast<std::size_t>(std::min(strip, n) * m));
  Matrix product;
  for (i64 first = 0; first < n; first += strip) {
    const i64 rows = std::min(strip, n - first);
    Matrix x(rows, d);
    a.read(first, rows, x.values.data(), origin.data());
    const std::vector<double> x_norms = squared_norms(x);
    for (i64 at = 0; at < m; at += block) {
      const i64 columns = std::min(block, m - at);
      Matrix y(columns, d);
      b.read(at, columns, y.values.data(), origin.data());
      const std::vector<double> y_norms = squared_norms(y);
      multiply(x, false, y, true, product);
      parallel_for(rows, 16, [&](i64 begin, i64 end) {
        for (i64 i = begin; i < end; ++i) {
          const double* const p = product.row(i);
          double* const to = squared.data() + i * m + at;
          const double norm = x_norms[static_cast<std::size_t>(i)];
          for (i64 j = 0; j < columns; ++j)
            to[j] = std::max(0.0, (norm + y_norms[static_cast<std::size_t>(j)]) - 2 * p[j]);
        }
      });
    }
    visit(first, rows, squared.data());
  }
}

double squared_distance(const Samples& a, i64 i, const Samples& b, i64 j) {
  std::vector<double> x(static_cast<std::size_t>(a.width())), y(x);
  a.read(i, 1, x.data());
  b.read(j, 1, y.data());
  double s = 0;
  for (std::size_t k = 0; k < x.size(); ++k) s += (x[k] - y[k]) * (x[k] - y[k]);
  return s;
}

void smallest(const double* values, i64 n, i64 skip, std::span<Near> out) {
  for (Near& o : out) o = {std::numeric_limits<double>::infinity(), -1};
  for (i64 j = 0; j < n; ++j) {
    if (!(values[j] < out.back().value) || j == skip) continue;
    std::size_t at = out.size() - 1;
    for (; at > 0 && values[j] < out[at - 1].value; --at) out[at] = out[at - 1];
    out[at] = {values[j], j};
  }
}

Moments moments(std::span<const double> values) {
  Moments m;
  const double n = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / n;
  for (const double v : values) m.deviation += (v - m.mean) * (v - m.mean) / n;
  m.deviation = std::sqrt(m.deviation);
  return m;
}

}  // namespace gan::metrics
