// Does a generator repeat its training images, or itself? Neighbours in pixel or feature space.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// Row-major (queries, neighbours), nearest first.
struct Neighbours {
  i64 queries = 0, neighbours = 0;
  std::vector<i64> index;        ///< rows of the data
  std::vector<double> distance;  ///< Euclidean
};

/// The k nearest neighbours of each query (N, D) in the data (M, D): the training images most similar to a sample.
/// Equally near neighbours come in the order of the data, up to rounding. Needs 32 MB of memory beyond that of the
/// data. Throws ValueError unless 1 <= k <= M and all numbers are finite, ShapeError if the widths differ.
Neighbours nearest_neighbours(const Samples& queries, const Samples& data, i64 k = 1);

/// Two samples of one set, first < second.
struct Pair {
  i64 first = 0, second = 0;
  double distance = 0;
};
/// The `count` closest pairs of different samples (N, D), closest first (all pairs if there are fewer). Inspecting them
/// in a batch of s samples shows whether an image occurs twice; if that happens in half of the batches, the generator
/// has about s^2 different images (Arora & Zhang 2018, "Do GANs learn the distribution? Some theory and empirics",
/// section 3.1). Throws ValueError for fewer than two samples, count < 1 and numbers that are not finite.
std::vector<Pair> closest_pairs(const Samples& samples, i64 count = 20);

struct DuplicateSearch {
  i64 batches = 0, batch = 0;
  i64 with_duplicates = 0;  ///< batches that hold two samples no further apart than the threshold
  double support = 0;  ///< number of equally frequent images that explains them: s^2 / (2 log(1 / (1 - p))), where a
                       ///< share p of batches of s has a pair; inf for none; 0 for all: use smaller batches then
};
/// The birthday paradox test with a distance threshold instead of visual inspection: samples (N, D) are cut into
/// batches of `batch`; a remainder is left out. Throws ValueError unless 2 <= batch <= N, threshold >= 0 and all
/// numbers are finite.
DuplicateSearch birthday_duplicates(const Samples& samples, i64 batch, double threshold);

}  // namespace gan::metrics
