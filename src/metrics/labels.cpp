// See metrics/labels.hpp.
#include "gan/metrics/labels.hpp"

#include <limits>
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

MatchedAgreement matched_agreement(std::span<const i64> groups, std::span<const i64> labels, i64 classes) {
  const std::vector<i64> counts = label_agreement(groups, labels, classes).counts;
  // Shortest augmenting paths with potentials (Jonker & Volgenant 1987); row and column n stand for "none yet".
  const auto n = static_cast<std::size_t>(classes);
  constexpr i64 far = std::numeric_limits<i64>::max();
  std::vector<i64> of_row(n + 1), of_column(n + 1);
  std::vector<std::size_t> row_of(n + 1, n), before(n + 1);
  for (std::size_t row = 0; row < n; ++row) {
    std::vector<i64> distance(n + 1, far);
    std::vector<bool> done(n + 1);
    std::size_t column = n;
    row_of[n] = row;
    while (row_of[column] < n) {
      done[column] = true;
      const std::size_t from = row_of[column];
      std::size_t nearest = n;
      for (std::size_t c = 0; c < n; ++c) {
        if (done[c]) continue;
        const i64 cost = -counts[from * n + c] - of_row[from] - of_column[c];
        if (cost < distance[c]) distance[c] = cost, before[c] = column;
        if (nearest == n || distance[c] < distance[nearest]) nearest = c;
      }
      const i64 step = distance[nearest];
      for (std::size_t c = 0; c <= n; ++c) {
        if (done[c]) of_row[row_of[c]] += step, of_column[c] -= step;
        else if (c < n) distance[c] -= step;
      }
      column = nearest;
    }
    for (; column != n; column = before[column]) row_of[column] = row_of[before[column]];
  }
  MatchedAgreement r{.class_of = std::vector<i64>(n)};
  i64 right = 0;
  for (std::size_t c = 0; c < n; ++c) {
    r.class_of[row_of[c]] = static_cast<i64>(c);
    right += counts[row_of[c] * n + c];
  }
  r.share = static_cast<double>(right) / static_cast<double>(groups.size());
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
