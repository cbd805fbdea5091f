// Are samples good, and do they cover all kinds of data? Two pairs of metrics, based on balls around samples that
// extend to their k-th nearest neighbour. They take features, as the Fréchet distance does.
#pragma once

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct PrecisionRecallOptions {
  i64 neighbours = 3;
};
/// Both in [0, 1].
struct PrecisionRecall {
  double precision = 0;  ///< share of generated samples inside a ball around a real one: quality
  double recall = 0;     ///< share of real samples inside a ball around a generated one: diversity
  i64 neighbours = 0, samples_real = 0, samples_generated = 0;
};
/// Improved precision and recall (Kynkäänniemi et al. 2019, section 3) of features (N, D) and (M, D). A ball includes
/// its surface. Works in blocks: needs 32 MB of memory beyond that of the features. Throws ValueError unless both sets
/// have more samples than `neighbours` >= 1 and all numbers are finite, ShapeError if the widths differ.
PrecisionRecall precision_recall(const Samples& real, const Samples& generated,
                                 const PrecisionRecallOptions& options = {});

struct DensityCoverageOptions {
  i64 neighbours = 5;
};
struct DensityCoverage {
  double density = 0;   ///< mean number of real balls that hold a generated sample, divided by `neighbours`: quality;
                        ///< about 1 for real samples
  double coverage = 0;  ///< share of real balls that hold a generated sample: diversity, in [0, 1]
  i64 neighbours = 0, samples_real = 0, samples_generated = 0;
};
/// Density and coverage (Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models", section
/// 3), which are less sensitive to outliers. As in the authors' code, a ball excludes its surface. Throws as
/// precision_recall, but one generated sample is enough.
DensityCoverage density_coverage(const Samples& real, const Samples& generated,
                                 const DensityCoverageOptions& options = {});

}  // namespace gan::metrics
