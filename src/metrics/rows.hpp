// Shared by the metrics: checks of samples, and all distances between two sets, a few rows at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// Row-major doubles.
struct Matrix {
  i64 rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(i64 r, i64 c) : rows(r), columns(c), values(static_cast<std::size_t>(r * c)) {}
  double* row(i64 i) { return values.data() + i * columns; }
  const double* row(i64 i) const { return values.data() + i * columns; }
};

/// Throws ValueError for fewer than `minimum` samples, and for the first number that is not finite. `what` names them.
void check_samples(const char* op, const char* what, const Samples& x, i64 minimum);
/// Throws ShapeError when the widths differ.
void check_widths(const char* op, const Samples& a, const Samples& b);

/// All samples, or those with these indices.
Matrix read_all(const Samples& x);
Matrix read_some(const Samples& x, std::span<const i64> which);

/// The mean of each column.
std::vector<double> column_means(const Samples& x);

/// product = op(a) op(b), where op transposes or not; each (rows, columns) as stored.
void multiply(const Matrix& a, bool transpose_a, const Matrix& b, bool transpose_b, Matrix& product);

/// |x|^2 of every row.
std::vector<double> squared_norms(const Matrix& x);

/// Calls visit(first, rows, squared) for strips of rows of `a`, in order: squared[(i - first) * b.count() + j] is the
/// squared distance of sample i of a to sample j of b, as |x|^2 - 2 x y + |y|^2 about `origin`, at least 0. Its error
/// is a few units in the last place of |x|^2 + |y|^2: the origin should lie among the samples. Copies of two samples
/// have exactly the same distance as the originals in every call with the same origin. A strip takes at most 32 MB,
/// unless a single row takes more.
void for_distance_strips(const Samples& a, const Samples& b, const std::vector<double>& origin,
                         const std::function<void(i64 first, i64 rows, const double* squared)>& visit);

/// The squared distance of sample i of a to sample j of b, summed directly.
double squared_distance(const Samples& a, i64 i, const Samples& b, i64 j);

/// The k smallest of n numbers, ascending, with their indices; the first wins ties. Index `skip` is left out.
struct Near {
  double value;
  i64 place;
};
void smallest(const double* values, i64 n, i64 skip, std::span<Near> out);

/// Mean and population standard deviation.
struct Moments {
  double mean = 0, deviation = 0;
};
Moments moments(std::span<const double> values);

}  // namespace gan::metrics
