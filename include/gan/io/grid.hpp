// Grids of images, for viewing samples.
#pragma once

#include <string>

#include "gan/core/image.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan::io {

struct GridOptions {
  i64 rows = 8, columns = 8;  ///< at most; images beyond rows * columns are omitted
  i64 padding = 2;            ///< black pixels around every image
  double low = -1, high = 1;  ///< the values that map to bytes 0 and 255
};

/// Arranges images (n, h, w, c), c = 1 or 3, on any device, in rows, with the layout of torchvision's make_grid. Values
/// are clamped and rounded half to even; NaN becomes 0. Throws ShapeError for other shapes or n = 0, ValueError for
/// options out of range.
template <class T>
Image make_grid(const Tensor<T>& images, const GridOptions& options = {});

/// Writes make_grid(images, options) as a PNG file. Throws as make_grid and write_png.
template <class T>
void save_grid(const std::string& path, const Tensor<T>& images, const GridOptions& options = {});

extern template Image make_grid(const Tensor<float>&, const GridOptions&);
extern template Image make_grid(const Tensor<double>&, const GridOptions&);
extern template void save_grid(const std::string&, const Tensor<float>&, const GridOptions&);
extern template void save_grid(const std::string&, const Tensor<double>&, const GridOptions&);

}  // namespace gan::io
