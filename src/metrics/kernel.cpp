// Kernel distance.
#include "gan/metrics/kernel.hpp"

#include <numeric>

#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

double power(double x, int n) {
  double y = x;
  for (int i = 1; i < n; ++i) y *= x;
  return y;
}

/// The sum of the kernel over all pairs of rows, or only over pairs with different indices.
double kernel_sum(const Matrix& x, const Matrix& y, const PolynomialKernel& kernel, bool all) {
  const double scale = kernel.scale == 0 ? 1 / static_cast<double>(x.columns) : kernel.scale;
  const i64 strip = std::clamp<i64>((i64{1} << 22) / y.rows, 1, 512);
  std::vector<double> sums(static_cast<std::size_t>(x.rows));
  Matrix product;
  for (i64 first = 0; first < x.rows; first += strip) {
    Matrix part(std::min(strip, x.rows - first), x.columns);
    std::copy(x.row(first), x.row(first) + part.rows * x.columns, part.row(0));
    multiply(part, false, y, true, product);
    parallel_for(part.rows, 16, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        double sum = 0;
        for (i64 j = 0; j < y.rows; ++j)
          if (all || j != first + i) sum += power(scale * product.row(i)[j] + kernel.constant, kernel.degree);
        sums[static_cast<std::size_t>(first + i)] = sum;
      }
    });
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double unbiased(const Matrix& x, const Matrix& y, const PolynomialKernel& kernel) {
  const double m = static_cast<double>(x.rows), n = static_cast<double>(y.rows);
  return kernel_sum(x, x, kernel, false) / (m * (m - 1)) + kernel_sum(y, y, kernel, false) / (n * (n - 1)) -
         2 * kernel_sum(x, y, kernel, true) / (m * n);
}

void check(const Samples& a, const Samples& b, const PolynomialKernel& kernel) {
  check_widths("kernel_distance", a, b);
  check_samples("kernel_distance", "the first set", a, 2);
  check_samples("kernel_distance", "the second set", b, 2);
  if (kernel.degree < 1)
    throw ValueError("[kernel_distance] degree " + std::to_string(kernel.degree) + "; at least 1 is needed");
}

}  // namespace

double squared_mmd(const Samples& a, const Samples& b, const PolynomialKernel& kernel) {
  check(a, b, kernel);
  return unbiased(read_all(a), read_all(b), kernel);
}

KernelDistance kernel_distance(const Samples& a, const Samples& b, const KernelDistanceOptions& o) {
  check(a, b, o.kernel);
  if (o.subsets < 1 || o.subset_size < 2 || o.subset_size > std::min(a.count(), b.count()))
    throw ValueError("[kernel_distance] " + std::to_string(o.subsets) + " subsets of " + std::to_string(o.subset_size) +
                     " out of " + std::to_string(a.count()) + " and " + std::to_string(b.count()) +
                     " samples; set subset_size to 2 or more, and to no more than there are");
  std::vector<double> values;
  Rng rng{.seed = o.seed, .stream = name_stream("kernel_distance")};
  for (i64 k = 0; k < o.subsets; ++k) {
    const Matrix x = read_some(a, choose(a.count(), o.subset_size, rng.next()));
    const Matrix y = read_some(b, choose(b.count(), o.subset_size, rng.next()));
    values.push_back(unbiased(x, y, o.kernel));
  }
  const Moments m = moments(values);
  return {m.mean, m.deviation, o.subsets, o.subset_size, a.count(), b.count()};
}

}  // namespace gan::metrics
