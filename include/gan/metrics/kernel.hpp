// Kernel distance: the squared maximum mean discrepancy of features under a polynomial kernel. KID when the features
// are Inception-v3's (Bińkowski et al. 2018, "Demystifying MMD GANs", section 4).
#pragma once

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// k(x, y) = (scale x.y + constant)^degree.
struct PolynomialKernel {
  int degree = 3;
  double scale = 0;  ///< 0 means 1 / D
  double constant = 1;
};

/// The unbiased estimate of MMD^2 between features (N, D) and (M, D), from all samples; may be negative. Throws
/// ValueError for fewer than two samples, numbers that are not finite and a degree below 1, ShapeError if the widths
/// differ.
double squared_mmd(const Samples& a, const Samples& b, const PolynomialKernel& kernel = {});

struct KernelDistanceOptions {
  i64 subsets = 100;
  i64 subset_size = 1000;
  PolynomialKernel kernel = {};
  u64 seed = 1;  ///< for the choice of subsets
};

struct KernelDistance {
  double mean = 0, deviation = 0;  ///< of squared_mmd over the subsets; the deviation divides by their number
  i64 subsets = 0, subset_size = 0, samples_a = 0, samples_b = 0;
};

/// squared_mmd of pairs of random subsets of features (N, D) and (M, D), each drawn without repetition: subset k of a
/// is choose(N, subset_size) with draw 2 k, that of b with draw 2 k + 1. Unlike the Fréchet distance, it is not
/// inflated by small sample sizes. Throws as squared_mmd, and ValueError for fewer than one subset and for subsets of
/// fewer than two samples or of more than there are.
KernelDistance kernel_distance(const Samples& a, const Samples& b, const KernelDistanceOptions& options = {});

}  // namespace gan::metrics
