// Mode coverage: how many modes of a known distribution do samples reach? For rings and grids of Gaussians with known
// centres, and for classes assigned by a classifier.
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct ModeCoverage {
  i64 modes = 0;            ///< number of modes
  i64 hit = 0;              ///< modes with at least `least` samples
  double high_quality = 0;          ///< share of samples that belong to a mode
  double divergence = 0;    ///< KL of their distribution over the modes from the uniform one, in nats, 0 to log(modes);
                            ///< log(modes) if no sample belongs to a mode
  std::vector<i64> counts;  ///< number of samples of each mode
  i64 samples = 0;
};

struct ModeCoverageOptions {
  double radius = 0;  ///< a sample within it belongs to the nearest centre; three deviations are common; > 0
  i64 least = 1;      ///< number of samples that a mode needs to count as hit
};

/// Mode coverage of samples (N, D) around centres (K, D): high-quality samples and modes hit as in Srivastava et al.
/// 2017 (VEEGAN, section 5.1). A point equally far from two centres belongs to the first. Throws ValueError if there
/// are no samples or no centres, for numbers that are not finite and options out of range, ShapeError if the widths
/// differ.
ModeCoverage mode_coverage(const Samples& samples, const Samples& centres, const ModeCoverageOptions& options);

/// Mode coverage from the classes of samples, 0 <= label < modes; every sample counts as high-quality. For class
/// histograms such as the 1000 modes of stacked MNIST. Throws ValueError for labels out of range, if there are no
/// labels or no modes, and for least < 1.
ModeCoverage label_coverage(std::span<const i64> labels, i64 modes, i64 least = 1);

}  // namespace gan::metrics
