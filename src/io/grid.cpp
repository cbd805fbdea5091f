// See io/grid.hpp.
#include "gan/io/grid.hpp"

#include <algorithm>
#include <cmath>

#include "gan/io/png.hpp"

namespace gan::io {
namespace {

u8 to_byte(double value, double low, double high) {
  const double scaled = (value - low) / (high - low) * 255;
  return scaled > 0 ? static_cast<u8>(std::nearbyint(std::min(scaled, 255.0))) : u8{0};  // NaN is not > 0
}

}  // namespace

template <class T>
Image make_grid(const Tensor<T>& images, const GridOptions& o) {
  GAN_CHECK_SHAPE(
      images.defined() && images.rank() == 4 && images.size() > 0 && (images.shape(3) == 1 || images.shape(3) == 3),
      "grid", "images need extents (n, h, w, 1 or 3)", images.shape());
  if (o.rows < 1 || o.columns < 1 || o.padding < 0 || o.padding > 1024)
    throw ValueError("[grid] " + std::to_string(o.rows) + " rows, " + std::to_string(o.columns) + " columns, padding " +
                     std::to_string(o.padding) + "; at least 1 row and column and 0 to 1024 pixels are needed");
  if (!(o.low < o.high) || !std::isfinite(o.low) || !std::isfinite(o.high))
    throw ValueError("[grid] range " + std::to_string(o.low) + " to " + std::to_string(o.high));
  const i64 h = images.shape(1), w = images.shape(2), c = images.shape(3);
  const i64 columns = std::min(o.columns, images.shape(0));
  const i64 rows = std::min(o.rows, (images.shape(0) + columns - 1) / columns);
  const i64 count = std::min(rows * columns, images.shape(0));
  Image p{{}, rows * (h + o.padding) + o.padding, columns * (w + o.padding) + o.padding, c};
  p.pixels.resize(static_cast<std::size_t>(p.width * p.height * c));
  const std::vector<T> values = images.to_vector();
  const T* from = values.data();
  for (i64 i = 0; i < count; ++i) {
    const i64 top = i / columns * (h + o.padding) + o.padding, left = i % columns * (w + o.padding) + o.padding;
    for (i64 y = 0; y < h; ++y) {
      u8* to = p.pixels.data() + ((top + y) * p.width + left) * c;
      for (i64 x = 0; x < w * c; ++x) *to++ = to_byte(static_cast<double>(*from++), o.low, o.high);
    }
  }
  return p;
}

template <class T>
void save_grid(const std::string& path, const Tensor<T>& images, const GridOptions& options) {
  write_png(path, make_grid(images, options));
}

template Image make_grid(const Tensor<float>&, const GridOptions&);
template Image make_grid(const Tensor<double>&, const GridOptions&);
template void save_grid(const std::string&, const Tensor<float>&, const GridOptions&);
template void save_grid(const std::string&, const Tensor<double>&, const GridOptions&);

}  // namespace gan::io
