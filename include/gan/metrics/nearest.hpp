// Does a generator repeat its training images, or itself? Neighbours in pixels or in features.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// Row-major (queries, neighbours), nearest first.
struct Neighbours {
  i64 queries = 0, neighbours = 0;
  std::vector<i64> index;        ///< places in the data
  std::vector<double> distance;  ///< Euclidean
};

/// The k nearest of data (M, D) of each query (N, D): the training images most like a sample. Of equally near ones the
/// first in the data comes first, as far as rounding tells. Memory of 32 MB beside the data's own. Throws ValueError
/// unless 1 <= k <= M and all numbers are finite, ShapeError when the widths differ.
Neighbours nearest_neighbours(const Samples& queries, const Samples& data, i64 k = 1);

/// Two samples of one set, first < second.
struct Pair {
  i64 first = 0, second = 0;
  double distance = 0;
};
/// The `count` closest pairs of different samples (N, D), closest first (all pairs if there are fewer). In a batch of s
/// samples a look at them tells whether one image came twice; if that happens in half of the batches, the generator has
/// about s^2 different images (Arora & Zhang 2018, "Do GANs learn the distribution? Some theory and empirics", section
/// 3.1). Throws ValueError for fewer than two samples, count < 1 and numbers that are not finite.
std::vector<Pair> closest_pairs(const Samples& samples, i64 count = 20);

struct DuplicateSearch {
  i64 batches = 0, batch = 0;
  i64 with_duplicates = 0;  ///< batches that hold two samples no further apart than the threshold
  double support = 0;  ///< number of equally frequent images that explains them: s^2 / (2 log(1 / (1 - p))), where a
                       ///< share p of batches of s has a pair; inf for none, 0 for all: take smaller batches then
};
/// The birthday paradox with a threshold in place of eyes: samples (N, D) are cut into batches of `batch`; a rest is
/// left out. Throws ValueError unless 2 <= batch <= N, threshold >= 0 and all numbers are finite.
DuplicateSearch birthday_duplicates(const Samples& samples, i64 batch, double threshold);

}  // namespace gan::metrics
