// Image: the bytes of one image, as read from a file or drawn by the library.
#pragma once

#include <vector>

#include "gan/core/shape.hpp"

namespace gan {

struct Image {
  std::vector<u8> pixels = {};  ///< (height, width, channels) row-major; channels is 1 or 3
  i64 height = 0, width = 0, channels = 0;
};

}  // namespace gan
