// Stacked images: the data set of 1000 modes.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

struct StackedOptions {
  i64 count = 50000;
  u64 seed = 1;
};
/// Three grey images, drawn at random each, as the red, green and blue of one: of MNIST's digits it makes the 1000
/// modes of stacked MNIST (Metz et al. 2017, "Unrolled generative adversarial networks", section 3.3.1). Of classes a,
/// b and c the label is (a K + b) K + c, named "a b c". Image i depends on (seed, i) only. Throws ValueError for images
/// that have no labels or colours, and unless count >= 1.
Dataset stacked(const Dataset& images, const StackedOptions& options = {});

}  // namespace gan::data
