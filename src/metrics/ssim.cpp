// PSNR, SSIM, MS-SSIM.
#include "gan/metrics/ssim.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "gan/core/parallel.hpp"
#include "src/metrics/rows.hpp"

namespace gan::metrics {
namespace {

constexpr i64 window = 11;

/// One channel of one image.
using Plane = Matrix;

/// The channels of image i: cropped, scaled so that black is 0 and white 1.
std::vector<Plane> planes(const Samples& x, i64 i, const ImageOptions& o) {
  const i64 h = x.shape()[1], w = x.shape()[2], c = x.shape()[3];
  std::vector<double> pixels(static_cast<std::size_t>(x.width()));
  x.read(i, 1, pixels.data());
  for (double& p : pixels) p = (p - o.low) / (o.high - o.low);
  const bool luma = o.luma && c == 3;
  std::vector<Plane> out(luma ? 1 : static_cast<std::size_t>(c), Plane(h - 2 * o.border, w - 2 * o.border));
  for (std::size_t k = 0; k < out.size(); ++k)
    for (i64 y = 0; y < out[k].rows; ++y)
      for (i64 z = 0; z < out[k].columns; ++z) {
        const double* const p = pixels.data() + ((y + o.border) * w + z + o.border) * c;
        out[k].row(y)[z] = luma ? (16 + 65.481 * p[0] + 128.553 * p[1] + 24.966 * p[2]) / 255 : p[k];
      }
  return out;
}

/// Checks the arguments, then computes one(planes of a, planes of b) for every pair; at least `least` pixels must
/// remain per side.
Tensor<double> each_pair(const char* op, const Samples& a, const Samples& b, const ImageOptions& o, i64 least,
                         const std::function<double(const std::vector<Plane>&, const std::vector<Plane>&)>& one) {
  GAN_CHECK_SHAPE(a.shape().rank() == 4 && a.shape() == b.shape(), op, "two sets of images (n, h, w, c) are needed",
                  a.shape(), b.shape());
  if (!(o.low < o.high) || !std::isfinite(o.low) || !std::isfinite(o.high))
    throw ValueError(std::string("[") + op + "] range " + std::to_string(o.low) + " to " + std::to_string(o.high) +
                     "; low < high is needed");
  const i64 side = std::min(a.shape()[1], a.shape()[2]) - 2 * o.border;
  if (o.border < 0 || side < least)
    throw ValueError(std::string("[") + op + "] images " + to_string(a.shape()) + " with a border of " +
                     std::to_string(o.border) + " pixels cut off; " + std::to_string(least) + " x " +
                     std::to_string(least) + " must be left");
  check_samples(op, "the first images", a, 1);
  check_samples(op, "the second images", b, 1);
  Tensor<double> values(Shape{a.count()});
  double* const to = values.mutable_data();
  parallel_for(a.count(), 1, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) to[i] = one(planes(a, i, o), planes(b, i, o));
  });
  return values;
}

/// The Gaussian window along rows and columns, at the positions where it fits.
Plane blur(const Plane& x) {
  static const std::array<double, window> weights = [] {
    std::array<double, window> g{};
    double sum = 0;
    for (i64 i = 0; i < window; ++i) {
      const double z = static_cast<double>(i - window / 2) / 1.5;
      sum += g[static_cast<std::size_t>(i)] = std::exp(-z * z / 2);
    }
    for (double& v : g) v /= sum;
    return g;
  }();
  Plane across(x.rows, x.columns - window + 1), y(x.rows - window + 1, across.columns);
  for (i64 i = 0; i < x.rows; ++i)
    for (i64 k = 0; k < window; ++k)
      for (i64 j = 0; j < across.columns; ++j)
        across.row(i)[j] += weights[static_cast<std::size_t>(k)] * x.row(i)[j + k];
  for (i64 i = 0; i < y.rows; ++i)
    for (i64 k = 0; k < window; ++k)
      for (i64 j = 0; j < y.columns; ++j) y.row(i)[j] += weights[static_cast<std::size_t>(k)] * across.row(i + k)[j];
  return y;
}

Plane product(const Plane& a, const Plane& b) {
  Plane y(a.rows, a.columns);
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = a.values[i] * b.values[i];
  return y;
}

/// The means over an image of SSIM and of its contrast and structure factor.
struct Similarity {
  double whole = 0, structure = 0;
};
Similarity similarity(const Plane& a, const Plane& b) {
  constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
  const Plane ma = blur(a), mb = blur(b), aa = blur(product(a, a)), bb = blur(product(b, b)), ab = blur(product(a, b));
  Similarity s;
  for (std::size_t i = 0; i < ma.values.size(); ++i) {
    const double x = ma.values[i], y = mb.values[i];
    const double structure = (2 * (ab.values[i] - x * y) + c2) / ((aa.values[i] - x * x) + (bb.values[i] - y * y) + c2);
    s.structure += structure;
    s.whole += structure * (2 * x * y + c1) / (x * x + y * y + c1);
  }
  const double n = static_cast<double>(ma.values.size());
  return {s.whole / n, s.structure / n};
}

Plane halve(const Plane& x) {
  Plane y((x.rows + 1) / 2, (x.columns + 1) / 2);
  for (i64 i = 0; i < y.rows; ++i) {
    const double *const top = x.row(2 * i), *const bottom = x.row(std::min(2 * i + 1, x.rows - 1));
    for (i64 j = 0; j < y.columns; ++j) {
      const i64 right = std::min(2 * j + 1, x.columns - 1);
      y.row(i)[j] = (top[2 * j] + top[right] + bottom[2 * j] + bottom[right]) / 4;
    }
  }
  return y;
}

}  // namespace

Tensor<double> psnr(const Samples& a, const Samples& b, const ImageOptions& options) {
  return each_pair("psnr", a, b, options, 1, [](const std::vector<Plane>& x, const std::vector<Plane>& y) {
    double squares = 0, n = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      for (std::size_t i = 0; i < x[k].values.size(); ++i)
        squares += (x[k].values[i] - y[k].values[i]) * (x[k].values[i] - y[k].values[i]);
      n += static_cast<double>(x[k].values.size());
    }
    return squares == 0 ? std::numeric_limits<double>::infinity() : -10 * std::log10(squares / n);
  });
}

Tensor<double> ssim(const Samples& a, const Samples& b, const ImageOptions& options) {
  return each_pair("ssim", a, b, options, window, [](const std::vector<Plane>& x, const std::vector<Plane>& y) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k) sum += similarity(x[k], y[k]).whole;
    return sum / static_cast<double>(x.size());
  });
}

Tensor<double> ms_ssim(const Samples& a, const Samples& b, const ImageOptions& options,
                       const std::vector<double>& weights) {
  const i64 scales = static_cast<i64>(weights.size());
  if (scales < 1 || scales > 16)
    throw ValueError("[ms_ssim] " + std::to_string(scales) + " weights; one per scale, 1 to 16, are needed");
  const i64 least = (window - 1) * (i64{1} << (scales - 1)) + 1;
  return each_pair("ms_ssim", a, b, options, least, [&](std::vector<Plane> x, std::vector<Plane> y) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      double all = 1;
      for (std::size_t scale = 0; scale < weights.size(); ++scale) {
        const bool coarsest = scale + 1 == weights.size();
        const Similarity s = similarity(x[k], y[k]);
        all *= std::pow(std::max(0.0, coarsest ? s.whole : s.structure), weights[scale]);
        if (!coarsest) {
          x[k] = halve(x[k]);
          y[k] = halve(y[k]);
        }
      }
      sum += all;
    }
    return sum / static_cast<double>(x.size());
  });
}

}  // namespace gan::metrics
