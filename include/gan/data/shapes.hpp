// Synthetic images that need no file: one coloured shape each, with a caption.
#pragma once

#include "gan/data/images.hpp"

namespace gan::data {

struct ShapesOptions {
  i64 count = 10000;
  i64 size = 28;     ///< height and width in pixels, 16 to 256
  i64 channels = 3;  ///< 3: eight colours; 1: three greys
  u64 seed = 1;
  Split split = Split::train;  ///< the two splits share no random numbers
};

/// Each image shows one antialiased circle, square, triangle, cross or star (classes 0 to 4), small, medium or large,
/// at a random position on black, with a caption such as "a large red star". Image i depends only on (seed, split, i)
/// and has the same bits on every machine. Throws ValueError for options out of range.
Images shapes(ShapesOptions options = {});

}  // namespace gan::data
