// How many modes of a distribution that is known do samples reach? For rings and grids of Gaussians, whose centres are
// known, and for classes that a classifier names.
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct ModeCoverage {
  i64 modes = 0;            ///< how many there are
  i64 hit = 0;              ///< modes with at least `least` samples
  double high_quality = 0;          ///< share of samples that belong to a mode
  double divergence = 0;    ///< KL of their distribution over the modes to the uniform one, in nats, 0 to log(modes);
                            ///< log(modes) if there are none
  std::vector<i64> counts;  ///< samples of each mode
  i64 samples = 0;
};

struct ModeCoverageOptions {
  double radius = 0;  ///< a sample within it belongs to its nearest centre; three deviations is common; > 0
  i64 least = 1;      ///< samples that a mode needs to count as hit
};

/// Samples (N, D) around centres (K, D): good samples and modes hit as in Srivastava et al. 2017 (VEEGAN, section 5.1).
/// A point as far from two centres belongs to the first. Throws ValueError for no samples or centres, numbers that are
/// not finite and options out of range, ShapeError when the widths differ.
ModeCoverage mode_coverage(const Samples& samples, const Samples& centres, const ModeCoverageOptions& options);

/// Classes, 0 <= label < modes, of samples, all good: class histograms, the 1000 modes of stacked MNIST. Throws
/// ValueError for labels out of range, none, or least < 1.
ModeCoverage label_coverage(std::span<const i64> labels, i64 modes, i64 least = 1);

}  // namespace gan::metrics
