// Mode coverage.
#include "gan/metrics/coverage.hpp"

#include <cmath>
#include <numeric>

#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

/// Completes a result that has `counts` and `samples`.
ModeCoverage complete(ModeCoverage c, i64 least) {
  const double good = static_cast<double>(std::accumulate(c.counts.begin(), c.counts.end(), i64{0}));
  c.modes = static_cast<i64>(c.counts.size());
  c.high_quality = good / static_cast<double>(c.samples);
  c.divergence = std::log(static_cast<double>(c.modes));
  for (const i64 n : c.counts) {
    c.hit += n >= least;
    const double p = static_cast<double>(n) / std::max(good, 1.0);
    if (p > 0) c.divergence += p * std::log(p);
  }
  c.divergence = std::max(0.0, c.divergence);
  return c;
}

void check_least(i64 least) {
  if (least < 1)
    throw ValueError("[mode_coverage] a mode is hit by " + std::to_string(least) + " samples; at least 1 is needed");
}

}  // namespace

ModeCoverage mode_coverage(const Samples& samples, const Samples& centres, const ModeCoverageOptions& o) {
  check_widths("mode_coverage", samples, centres);
  check_samples("mode_coverage", "the samples", samples, 1);
  check_samples("mode_coverage", "the centres", centres, 1);
  if (!(o.radius > 0) || !std::isfinite(o.radius))
    throw ValueError("[mode_coverage] radius " + std::to_string(o.radius) +
                     "; a positive number is needed, such as three deviations of a mode");
  check_least(o.least);
  const Matrix c = read_all(centres);
  ModeCoverage r{.counts = std::vector<i64>(static_cast<std::size_t>(c.rows)), .samples = samples.count()};
  std::vector<double> x(static_cast<std::size_t>(c.columns));
  for (i64 i = 0; i < samples.count(); ++i) {
    samples.read(i, 1, x.data());
    double least = std::numeric_limits<double>::infinity();
    i64 nearest = 0;
    for (i64 k = 0; k < c.rows; ++k) {
      double squared = 0;
      for (i64 j = 0; j < c.columns; ++j) {
        const double apart = x[static_cast<std::size_t>(j)] - c.row(k)[j];
        squared += apart * apart;
      }
      if (squared < least) {
        least = squared;
        nearest = k;
      }
    }
    if (least <= o.radius * o.radius) ++r.counts[static_cast<std::size_t>(nearest)];
  }
  return complete(std::move(r), o.least);
}

ModeCoverage label_coverage(std::span<const i64> labels, i64 modes, i64 least) {
  check_least(least);
  if (labels.empty() || modes < 1)
    throw ValueError("[mode_coverage] " + std::to_string(labels.size()) + " labels of " + std::to_string(modes) +
                     " modes; at least 1 of each is needed");
  ModeCoverage r{.counts = std::vector<i64>(static_cast<std::size_t>(modes)),
                 .samples = static_cast<i64>(labels.size())};
  for (const i64 label : labels) {
    if (label < 0 || label >= modes)
      throw ValueError("[mode_coverage] label " + std::to_string(label) + " of " + std::to_string(modes) +
                       " modes; labels count from 0");
    ++r.counts[static_cast<std::size_t>(label)];
  }
  return complete(std::move(r), least);
}

}  // namespace gan::metrics
