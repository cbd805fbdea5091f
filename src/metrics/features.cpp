// See metrics/features.hpp.
#include "gan/metrics/features.hpp"

namespace gan::metrics {
namespace {

i64 width_of(const Shape& shape) { return shape.tail().size(); }  // also if there are no samples

template <class T>
Tensor<T> on_host(const Tensor<T>& x) {
  GAN_CHECK_SHAPE(x.defined() && x.rank() >= 2 && width_of(x.shape()) > 0, "metrics",
                  "samples need extents (n, d) or (n, ...); reshape them", x.shape());
  return detach(x.to(Device::cpu()));
}

template <class T>
void copy_rows(const T* from, i64 rows, i64 width, double* to, const double* shift) {
  for (i64 i = 0; i < rows; ++i, from += width, to += width)
    if (shift)
      for (i64 k = 0; k < width; ++k) to[k] = static_cast<double>(from[k]) - shift[k];
    else
      for (i64 k = 0; k < width; ++k) to[k] = static_cast<double>(from[k]);
}

}  // namespace

i64 Samples::width() const { return width_of(shape_); }

Samples::Samples(const Tensor<float>& x) : floats_(on_host(x)), shape_(x.shape()) {}
Samples::Samples(const Tensor<double>& x) : doubles_(on_host(x)), shape_(x.shape()) {}

void Samples::read(i64 first, i64 count, double* to, const double* shift) const {
  const i64 d = width();
  if (floats_.defined())
    copy_rows(floats_.data() + first * d, count, d, to, shift);
  else
    copy_rows(doubles_.data() + first * d, count, d, to, shift);
}

std::vector<i64> choose(i64 n, i64 size, Rng rng) {
  if (size < 0 || size > n)
    throw ValueError("[choose] " + std::to_string(size) + " of " + std::to_string(n) + "; 0 to n can be chosen");
  std::vector<i64> all(static_cast<std::size_t>(n));
  for (i64 i = 0; i < n; ++i) all[static_cast<std::size_t>(i)] = i;
  const u64 key = philox::stream_key(rng);
  for (i64 i = 0; i < size; ++i) {  // the first `size` swaps of the Fisher-Yates shuffle
    const philox::Block b = philox::block(key, static_cast<u64>(i), rng.draw);
    const u64 word = static_cast<u64>(b.v[0]) | static_cast<u64>(b.v[1]) << 32;
    const i64 j = i + static_cast<i64>(word % static_cast<u64>(n - i));
    std::swap(all[static_cast<std::size_t>(i)], all[static_cast<std::size_t>(j)]);
  }
  all.resize(static_cast<std::size_t>(size));
  return all;
}

}  // namespace gan::metrics
