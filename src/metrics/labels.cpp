// See metrics/labels.hpp.
#include "gan/metrics/labels.hpp"

#include <numeric>

#include "gan/metrics/nearest.hpp"

namespace gan::metrics {
namespace {

void check_count(std::size_t labels, i64 samples, const char* what) {
  if (static_cast<i64>(labels) != samples)
    throw ValueError("[nearest_neighbour_error] " + std::to_string(labels) + " labels for " + std::to_string(samples) +
                     " " + what);
}

}  // namespace

LabelAgreement label_agreement(std::span<const i64> wanted, std::span<const i64> found, i64 classes) {
  if (wanted.empty() || wanted.size() != found.size())
    throw ValueError("[label_agreement] " + std::to_string(wanted.size()) + " wanted and " +
                     std::to_string(found.size()) + " found classes; as many are needed, and at least 1");
  LabelAgreement r{.classes = classes, .samples = static_cast<i64>(wanted.size())};
  if (classes < 1) throw ValueError("[label_agreement] " + std::to_string(classes) + " classes");
  r.counts.assign(static_cast<std::size_t>(classes * classes), 0);
  i64 right = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const i64 label : {wanted[i], found[i]})
      if (label < 0 || label >= classes)
        throw ValueError("[label_agreement] class " + std::to_string(label) + " of " + std::to_string(classes) +
                         "; they count from 0");
    ++r.counts[static_cast<std::size_t>(wanted[i] * classes + found[i])];
    right += wanted[i] == found[i];
  }
  r.share = static_cast<double>(right) / static_cast<double>(wanted.size());
  return r;
}

NearestNeighbourError nearest_neighbour_error(const Samples& samples, std::span<const i64> labels,
                                              const Samples& queries, std::span<const i64> query_labels) {
  check_count(labels.size(), samples.count(), "samples");
  check_count(query_labels.size(), queries.count(), "queries");
  const Neighbours near = nearest_neighbours(queries, samples);
  NearestNeighbourError r{.samples = samples.count(), .queries = queries.count()};
  i64 wrong = 0;
  for (std::size_t i = 0; i < query_labels.size(); ++i)
    wrong += labels[static_cast<std::size_t>(near.index[i])] != query_labels[i];
  const double n = static_cast<double>(r.queries);
  r.error = static_cast<double>(wrong) / n;
  r.distance = std::accumulate(near.distance.begin(), near.distance.end(), 0.0) / n;
  return r;
}

}  // namespace gan::metrics
