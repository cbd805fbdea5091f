// Stacked images: the data set with 1000 modes.
#pragma once

#include "gan/data/images.hpp"

namespace gan::data {

struct StackedOptions {
  i64 count = 50000;
  u64 seed = 1;
};
/// Stacks three randomly drawn grey images as the red, green and blue channels of one image: with MNIST's digits, this
/// gives the 1000 modes of stacked MNIST (Metz et al. 2017, "Unrolled generative adversarial networks", section 3.3.1).
/// For images of the classes a, b and c out of K, the label is (a K + b) K + c, and the class is called "a b c". Image
/// i depends only on (seed, i). Throws ValueError if the images have no labels or are not grey, and unless count >= 1.
Images stacked(const Images& images, const StackedOptions& options = {});

}  // namespace gan::data
