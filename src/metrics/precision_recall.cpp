// Precision, recall, density, coverage.
#include "gan/metrics/precision_recall.hpp"

#include <numeric>

#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

/// The squared distance of every sample to its k-th nearest neighbour in the set.
std::vector<double> squared_radii(const Samples& x, i64 k, const std::vector<double>& origin) {
  std::vector<double> radii(static_cast<std::size_t>(x.count()));
  for_distance_strips(x, x, origin, [&](i64 first, i64 rows, const double* squared) {
    parallel_for(rows, 8, [&](i64 begin, i64 end) {
      std::vector<Near> near(static_cast<std::size_t>(k));
      for (i64 i = begin; i < end; ++i) {
        smallest(squared + i * x.count(), x.count(), first + i, near);
        radii[static_cast<std::size_t>(first + i)] = near.back().value;
      }
    });
  });
  return radii;
}

void check(const char* op, const Samples& real, const Samples& generated, i64 neighbours, i64 least_generated) {
  if (neighbours < 1)
    throw ValueError(std::string("[") + op + "] " + std::to_string(neighbours) + " neighbours; at least 1 is needed");
  check_widths(op, real, generated);
  check_samples(op, "the real set", real, neighbours + 1);
  check_samples(op, "the generated set", generated, least_generated);
}

template <class Count>
double mean(const std::vector<Count>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
}

}  // namespace

PrecisionRecall precision_recall(const Samples& real, const Samples& generated, const PrecisionRecallOptions& o) {
  check("precision_recall", real, generated, o.neighbours, o.neighbours + 1);
  const i64 n = real.count(), m = generated.count();
  const std::vector<double> origin = column_means(real);
  const std::vector<double> real_radii = squared_radii(real, o.neighbours, origin);
  const std::vector<double> generated_radii = squared_radii(generated, o.neighbours, origin);
  std::vector<char> good(static_cast<std::size_t>(m)), found(static_cast<std::size_t>(n));
  for_distance_strips(real, generated, origin, [&](i64 first, i64 rows, const double* squared) {
    parallel_for(m, 64, [&](i64 begin, i64 end) {  // each column belongs to one thread
      for (i64 i = 0; i < rows; ++i)
        for (i64 j = begin; j < end; ++j)
          good[static_cast<std::size_t>(j)] |=
              static_cast<char>(squared[i * m + j] <= real_radii[static_cast<std::size_t>(first + i)]);
    });
    parallel_for(rows, 8, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i)
        for (i64 j = 0; j < m; ++j)
          found[static_cast<std::size_t>(first + i)] |=
              static_cast<char>(squared[i * m + j] <= generated_radii[static_cast<std::size_t>(j)]);
    });
  });
  return {mean(good), mean(found), o.neighbours, n, m};
}

DensityCoverage density_coverage(const Samples& real, const Samples& generated, const DensityCoverageOptions& o) {
  check("density_coverage", real, generated, o.neighbours, 1);
  const i64 n = real.count(), m = generated.count();
  const std::vector<double> origin = column_means(real);
  const std::vector<double> radii = squared_radii(real, o.neighbours, origin);
  std::vector<i64> balls(static_cast<std::size_t>(n));  // number of generated samples in each
  for_distance_strips(real, generated, origin, [&](i64 first, i64 rows, const double* squared) {
    parallel_for(rows, 8, [&](i64 begin, i64 end) {
      for (i64 i = begin; i < end; ++i) {
        const double radius = radii[static_cast<std::size_t>(first + i)];
        i64 count = 0;
        for (i64 j = 0; j < m; ++j) count += squared[i * m + j] < radius;
        balls[static_cast<std::size_t>(first + i)] = count;
      }
    });
  });
  const i64 held = n - std::count(balls.begin(), balls.end(), 0);
  const double density =
      mean(balls) * static_cast<double>(n) / (static_cast<double>(m) * static_cast<double>(o.neighbours));
  return {density, static_cast<double>(held) / static_cast<double>(n), o.neighbours, n, m};
}

}  // namespace gan::metrics
