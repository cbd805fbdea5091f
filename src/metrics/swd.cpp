// Sliced Wasserstein distance on Laplacian pyramids.
#include "gan/metrics/swd.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "gan/backend/kernels.hpp"
#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

using D = Tensor<double>;

i64 mirrored(i64 i, i64 n) {
  if (i < 0) return -i;
  return i < n ? i : 2 * n - 2 - i;
}

/// (1 4 6 4 1) / 16 along the middle axis of x (outer, n, inner).
std::vector<double> blur(const std::vector<double>& x, i64 outer, i64 n, i64 inner) {
  constexpr std::array<double, 5> weights{1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};
  std::vector<double> y(x.size());
  parallel_for(outer, 1, [&](i64 begin, i64 end) {
    for (i64 o = begin; o < end; ++o)
      for (i64 i = 0; i < n; ++i)
        for (i64 k = 0; k < 5; ++k) {
          const double* const from = x.data() + (o * n + mirrored(i + k - 2, n)) * inner;
          double* const to = y.data() + (o * n + i) * inner;
          for (i64 j = 0; j < inner; ++j) to[j] += weights[static_cast<std::size_t>(k)] * from[j];
        }
  });
  return y;
}
std::vector<double> blur(const std::vector<double>& x, const Shape& s) {
  return blur(blur(x, s[0], s[1], s[2] * s[3]), s[0] * s[1], s[2], s[3]);
}

/// Every second pixel of x, which has shape s; with `back` the reverse: spreads x among zeros, times 4.
std::vector<double> thin_out(const std::vector<double>& x, const Shape& s, const Shape& half, bool back) {
  std::vector<double> y(static_cast<std::size_t>(back ? s.size() : half.size()));
  std::size_t small = 0;
  for (i64 n = 0; n < half[0]; ++n)
    for (i64 h = 0; h < half[1]; ++h)
      for (i64 w = 0; w < half[2]; ++w)
        for (i64 c = 0; c < half[3]; ++c, ++small) {
          const std::size_t large = static_cast<std::size_t>(((n * s[1] + 2 * h) * s[2] + 2 * w) * s[3] + c);
          if (back)
            y[large] = 4 * x[small];
          else
            y[small] = x[large];
        }
  return y;
}

std::vector<D> pyramid(std::vector<double> x, Shape s, i64 levels) {
  std::vector<D> all;
  for (i64 level = 1; level < levels; ++level) {
    GAN_CHECK_SHAPE(s[1] % 2 == 0 && s[2] % 2 == 0 && s[1] >= 4 && s[2] >= 4, "swd",
                    "images that cannot be halved; pad or resize them to a power of two", s);
    const Shape half{s[0], s[1] / 2, s[2] / 2, s[3]};
    std::vector<double> down = thin_out(blur(x, s), s, half, false);
    const std::vector<double> up = blur(thin_out(down, s, half, true), s);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= up[i];
    all.push_back(D::from(x, s));
    x = std::move(down);
    s = half;
  }
  all.push_back(D::from(x, s));
  return all;
}

/// Patches of one level of the images as rows, image by image, channels normalised over all patches. Words 0 and 1 of
/// element i of the draw `places` give the row and column of patch i.
Tensor<float> descriptors(const Samples& images, i64 level, const SlicedWassersteinOptions& o, Rng places) {
  const Shape s = images.shape().with(0, 1);
  const i64 n = images.count(), c = s[3], across = o.patch * c, d = o.patch * across, patches = o.patches_per_image;
  Tensor<float> rows(Shape{n * patches, d});
  float* const to = rows.mutable_data();
  Matrix sums(n, 2 * c);  // per image: sums of values, sums of squares
  const u64 key = philox::stream_key(places);
  parallel_for(n, 1, [&](i64 begin, i64 end) {
    for (i64 image = begin; image < end; ++image) {
      std::vector<double> pixels(static_cast<std::size_t>(s.size()));
      images.read(image, 1, pixels.data());
      const D x = pyramid(std::move(pixels), s, level + 1).back();
      for (i64 i = image * patches; i < (image + 1) * patches; ++i) {
        const philox::Block b = philox::block(key, static_cast<u64>(i), places.draw);
        const i64 top = b.v[0] % (x.shape(1) - o.patch + 1), left = b.v[1] % (x.shape(2) - o.patch + 1);
        for (i64 h = 0; h < o.patch; ++h) {
          const double* const from = x.data() + ((top + h) * x.shape(2) + left) * c;
          for (i64 k = 0; k < across; ++k) {
            to[i * d + h * across + k] = static_cast<float>(from[k]);
            sums.row(image)[k % c] += from[k];
            sums.row(image)[c + k % c] += from[k] * from[k];
          }
        }
      }
    }
  });
  std::vector<double> mean(static_cast<std::size_t>(c)), deviation(mean);
  const double count = static_cast<double>(n * patches * o.patch * o.patch);
  for (std::size_t k = 0; k < mean.size(); ++k) {
    double squares = 0;
    for (i64 image = 0; image < n; ++image) {
      mean[k] += sums.row(image)[k] / count;
      squares += sums.row(image)[k + mean.size()] / count;
    }
    deviation[k] = std::sqrt(std::max(0.0, squares - mean[k] * mean[k]));
    if (!(deviation[k] > 0)) deviation[k] = 1;  // a constant channel
  }
  parallel_for(n * patches, 256, [&](i64 begin, i64 end) {
    for (i64 i = begin * d; i < end * d; ++i) {
      const std::size_t k = static_cast<std::size_t>(i % c);
      to[i] = static_cast<float>((static_cast<double>(to[i]) - mean[k]) / deviation[k]);
    }
  });
  return rows;
}

/// Sorts ascending. Radix sort of eleven bits at a time, lowest first: faster than comparisons from a few thousand
/// numbers on.
void sort(double* x, i64 n) {
  if (n < 4096) return std::sort(x, x + n);
  constexpr int bits = 11, passes = 6;
  constexpr u64 sign = u64{1} << 63, mask = (u64{1} << bits) - 1;
  std::vector<u64> keys(static_cast<std::size_t>(n)), moved(keys);
  std::vector<std::array<u32, mask + 1>> places(passes);  // first counts, then the position of the next key
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const u64 b = std::bit_cast<u64>(x[i]);
    keys[i] = b & sign ? ~b : b | sign;  // unsigned integers that sort like the numbers
    for (int p = 0; p < passes; ++p) ++places[static_cast<std::size_t>(p)][keys[i] >> (p * bits) & mask];
  }
  for (int p = 0; p < passes; ++p) {
    auto& place = places[static_cast<std::size_t>(p)];
    u32 next = 0;
    for (u32& c : place) next += std::exchange(c, next);
    for (const u64 key : keys) moved[place[key >> (p * bits) & mask]++] = key;
    keys.swap(moved);
  }
  for (std::size_t i = 0; i < keys.size(); ++i)
    x[i] = std::bit_cast<double>(keys[i] & sign ? keys[i] ^ sign : ~keys[i]);
}

/// Projections onto `count` directions from `first` on, each sorted: (count, N).
Matrix projections(const Samples& x, const Matrix& directions, i64 first, i64 count) {
  constexpr i64 block = 4096;
  Matrix some(count, directions.columns), sorted(count, x.count()), product;
  std::copy(directions.row(first), directions.row(first) + count * directions.columns, some.row(0));
  for (i64 at = 0; at < x.count(); at += block) {
    Matrix rows(std::min(block, x.count() - at), x.width());
    x.read(at, rows.rows, rows.values.data());
    multiply(some, false, rows, true, product);
    for (i64 k = 0; k < count; ++k) std::copy(product.row(k), product.row(k) + rows.rows, sorted.row(k) + at);
  }
  parallel_for(count, 1, [&](i64 begin, i64 end) {
    for (i64 k = begin; k < end; ++k) sort(sorted.row(k), x.count());
  });
  return sorted;
}

/// The mean distance over the rows of `directions`.
double distance(const Samples& a, const Samples& b, const Matrix& directions) {
  const i64 block = std::clamp<i64>((i64{1} << 24) / a.count(), 8, 128);  // 128 MB of projections for each set
  double sum = 0;
  for (i64 first = 0; first < directions.rows; first += block) {
    const i64 count = std::min(block, directions.rows - first);
    const Matrix x = projections(a, directions, first, count), y = projections(b, directions, first, count);
    for (std::size_t i = 0; i < x.values.size(); ++i) sum += std::abs(x.values[i] - y.values[i]);
  }
  return sum / static_cast<double>(directions.rows * a.count());
}

/// Random directions as rows: normal vectors scaled to length 1.
Matrix random_directions(i64 count, i64 d, Rng rng) {
  Matrix m(count, d);
  cpu_kernels<double>().fill_normal(count * d, rng, 0, 1, m.values.data());
  const std::vector<double> norms = squared_norms(m);
  for (i64 i = 0; i < count; ++i)
    for (i64 k = 0; k < d; ++k) m.row(i)[k] /= std::sqrt(norms[static_cast<std::size_t>(i)]);
  return m;
}

}  // namespace

std::vector<D> laplacian_pyramid(const Samples& images, i64 levels) {
  if (levels < 1) throw ValueError("[swd] " + std::to_string(levels) + " levels; at least 1 is needed");
  GAN_CHECK_SHAPE(images.shape().rank() == 4, "swd", "images need extents (n, h, w, c)", images.shape());
  return pyramid(read_all(images).values, images.shape(), levels);
}

double sliced_wasserstein(const Samples& a, const Samples& b, const D& directions) {
  GAN_CHECK_SHAPE(a.count() == b.count() && a.width() == b.width() && directions.defined() && directions.rank() == 2 &&
                      directions.shape(0) == a.width(),
                  "swd", "two sets (n, d) and directions (d, p) are needed", a.shape(), b.shape(), directions.shape());
  check_samples("swd", "the first set", a, 1);
  check_samples("swd", "the second set", b, 1);
  if (directions.shape(1) < 1) throw ValueError("[swd] no directions; at least 1 is needed");
  const Matrix columns = read_all(directions);
  Matrix rows(columns.columns, columns.rows);
  for (i64 i = 0; i < rows.rows; ++i)
    for (i64 k = 0; k < rows.columns; ++k) rows.row(i)[k] = columns.row(k)[i];
  return distance(a, b, rows);
}

SlicedWassersteinDistance sliced_wasserstein_distance(const Samples& a, const Samples& b,
                                                      const SlicedWassersteinOptions& o) {
  GAN_CHECK_SHAPE(a.shape().rank() == 4 && a.shape() == b.shape(), "swd",
                  "two equally large sets of images (n, h, w, c) are needed", a.shape(), b.shape());
  const Shape& s = a.shape();
  i64 side = std::min(s[1], s[2]);
  if (o.patch < 1 || o.patch % 2 == 0 || o.patches_per_image < 1 || o.directions < 1 ||
      o.smallest < std::max<i64>(o.patch, 2))
    throw ValueError("[swd] patches of " + std::to_string(o.patch) + " pixels, " + std::to_string(o.patches_per_image) +
                     " per image, " + std::to_string(o.directions) + " directions, levels from " +
                     std::to_string(o.smallest) +
                     " on; patches need an odd size no larger than the smallest level, and all at least 1");
  if (side < o.smallest)
    throw ValueError("[swd] images " + to_string(s) + " are smaller than the smallest level, " +
                     std::to_string(o.smallest) + "; enlarge them or set `smallest`");
  check_samples("swd", "the first images", a, 1);
  check_samples("swd", "the second images", b, 1);
  SlicedWassersteinDistance r;
  for (; side >= o.smallest; side /= 2) r.sizes.push_back(side);
  r.images = s[0];
  Rng places{.seed = o.seed, .stream = name_stream("swd places")};
  Rng directions{.seed = o.seed, .stream = name_stream("swd directions")};
  for (i64 level = 0; level < static_cast<i64>(r.sizes.size()); ++level) {
    const Rng where = places.next();
    const Matrix which = random_directions(o.directions, o.patch * o.patch * s[3], directions.next());
    r.distances.push_back(1000 * distance(descriptors(a, level, o, where), descriptors(b, level, o, where), which));
  }
  r.mean = moments(r.distances).mean;
  return r;
}

}  // namespace gan::metrics
