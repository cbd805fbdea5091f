// Does a generator make what it is told to? Wanted classes against those that a classifier, or the nearest neighbour,
// finds.
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct LabelAgreement {
  double share = 0;  ///< of samples that are of the wanted class
  i64 classes = 0, samples = 0;
  std::vector<i64> counts = {};  ///< (wanted, found), row-major: how many of each wanted class are found to be of each
};
/// Wanted and found class numbers, one each for every sample. Throws ValueError for none, lists of different lengths,
/// and numbers outside [0, classes).
LabelAgreement label_agreement(std::span<const i64> wanted, std::span<const i64> found, i64 classes);

struct NearestNeighbourError {
  double error = 0;     ///< share of the queries whose nearest neighbour is of another class
  double distance = 0;  ///< mean to the nearest
  i64 samples = 0, queries = 0;
};
/// The error of the 1-nearest-neighbour classifier of samples (N, D) with their labels on queries (M, D) with theirs:
/// labelled images generated class by class, tried on real test images, say whether all that sets the classes apart is
/// there (Radford et al. 2015, supplementary material, table 3). Of equally near samples the first counts. Throws as
/// nearest_neighbours, and ValueError for another number of labels.
NearestNeighbourError nearest_neighbour_error(const Samples& samples, std::span<const i64> labels,
                                              const Samples& queries, std::span<const i64> query_labels);

}  // namespace gan::metrics
