// Pixels: what several sources do with them.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "gan/core/error.hpp"
#include "gan/core/shape.hpp"

namespace gan::data {

/// Mirrors one image (height, width, channels) left to right, in place.
template <class T>
void mirror(T* image, i64 height, i64 width, i64 channels) {
  for (i64 y = 0; y < height; ++y, image += width * channels)
    for (i64 left = 0, right = width - 1; left < right; ++left, --right)
      std::swap_ranges(image + left * channels, image + (left + 1) * channels, image + right * channels);
}

/// The number that a byte becomes when 0 becomes `low` and 255 `high`.
template <class T = float>
T from_byte(double byte, float low, float high) {
  return static_cast<T>(low + (double{high} - low) * byte / 255);
}

/// Throws ValueError naming `who` unless both are finite and low < high.
inline void require_range(const std::string& who, float low, float high) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
    throw ValueError("[" + who + "] range " + std::to_string(low) + " to " + std::to_string(high) +
                     "; low must be below high");
}

}  // namespace gan::data
