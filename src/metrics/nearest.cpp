// Nearest neighbours and duplicates.
#include "gan/metrics/nearest.hpp"

#include <cmath>
#include <limits>

#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

/// Sorts by distance, then by index.
template <class T>
void in_order(std::vector<T>& v, double T::*distance, i64 T::*place) {
  std::stable_sort(v.begin(), v.end(), [&](const T& a, const T& b) {
    return a.*distance < b.*distance || (a.*distance == b.*distance && a.*place < b.*place);
  });
}

}  // namespace

Neighbours nearest_neighbours(const Samples& queries, const Samples& data, i64 k) {
  check_widths("nearest", queries, data);
  if (k < 1) throw ValueError("[nearest] " + std::to_string(k) + " neighbours; at least 1 is needed");
  check_samples("nearest", "the data", data, k);
  check_samples("nearest", "the queries", queries, 0);
  const std::size_t size = static_cast<std::size_t>(queries.count() * k);
  Neighbours r{queries.count(), k, std::vector<i64>(size), std::vector<double>(size)};
  for_distance_strips(queries, data, column_means(data), [&](i64 first, i64 rows, const double* squared) {
    parallel_for(rows, 4, [&](i64 begin, i64 end) {
      std::vector<Near> near(static_cast<std::size_t>(k));
      for (i64 i = begin; i < end; ++i) {
        smallest(squared + i * data.count(), data.count(), -1, near);
        for (Near& n : near) n.value = squared_distance(queries, first + i, data, n.place);  // exact to the last digit
        in_order(near, &Near::value, &Near::place);
        for (std::size_t j = 0; j < near.size(); ++j) {
          const std::size_t at = static_cast<std::size_t>((first + i) * k) + j;
          r.index[at] = near[j].place;
          r.distance[at] = std::sqrt(near[j].value);
        }
      }
    });
  });
  return r;
}

std::vector<Pair> closest_pairs(const Samples& samples, i64 count) {
  check_samples("closest_pairs", "the samples", samples, 2);
  if (count < 1) throw ValueError("[closest_pairs] " + std::to_string(count) + " pairs; at least 1 is needed");
  const i64 n = samples.count();
  std::vector<Pair> best;  // a heap of the closest pairs so far, the farthest on top
  const auto closer = [](const Pair& a, const Pair& b) { return a.distance < b.distance; };
  for_distance_strips(samples, samples, column_means(samples), [&](i64 first, i64 rows, const double* squared) {
    for (i64 i = 0; i < rows; ++i)
      for (i64 j = first + i + 1; j < n; ++j) {
        const double d = squared[i * n + j];
        const bool full = static_cast<i64>(best.size()) == count;
        if (full && !(d < best.front().distance)) continue;
        if (full) {
          std::pop_heap(best.begin(), best.end(), closer);
          best.pop_back();
        }
        best.push_back({first + i, j, d});
        std::push_heap(best.begin(), best.end(), closer);
      }
  });
  for (Pair& p : best) p.distance = std::sqrt(squared_distance(samples, p.first, samples, p.second));
  in_order(best, &Pair::distance, &Pair::first);
  return best;
}

DuplicateSearch birthday_duplicates(const Samples& samples, i64 batch, double threshold) {
  if (batch < 2 || !(threshold >= 0) || !std::isfinite(threshold))
    throw ValueError("[birthday_duplicates] batches of " + std::to_string(batch) + ", threshold " +
                     std::to_string(threshold) + "; at least 2 samples and a threshold of 0 or more are needed");
  check_samples("birthday_duplicates", "the samples", samples, batch);
  DuplicateSearch r{.batches = samples.count() / batch, .batch = batch};
  for (i64 b = 0; b < r.batches; ++b) {
    Tensor<double> part(Shape{batch, samples.width()});
    samples.read(b * batch, batch, part.mutable_data());
    r.with_duplicates += closest_pairs(part, 1).front().distance <= threshold;
  }
  const double share = static_cast<double>(r.with_duplicates) / static_cast<double>(r.batches);
  const double s = static_cast<double>(batch);
  if (r.with_duplicates == 0)
    r.support = std::numeric_limits<double>::infinity();
  else
    r.support = share < 1 ? s * s / (-2 * std::log1p(-share)) : 0;
  return r;
}

}  // namespace gan::metrics
