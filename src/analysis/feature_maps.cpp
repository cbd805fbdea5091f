// Choosing and dropping feature maps of a generator.
#include "gan/analysis/feature_maps.hpp"

#include <cmath>
#include <numeric>

#include "gan/ops/shape.hpp"

namespace gan::analysis {

using namespace metrics;  // for Samples and the functions that read them

namespace {

/// The positions of maps (h, w) whose centres lie in a box.
struct Places {
  i64 h, w, height, width;

  std::vector<i64> within(const LabelledBox& b) const {
    std::vector<i64> out;
    for (i64 y = 0; y < h; ++y)
      for (i64 x = 0; x < w; ++x) {
        const double row = (static_cast<double>(y) + 0.5) * static_cast<double>(height) / static_cast<double>(h);
        const double column = (static_cast<double>(x) + 0.5) * static_cast<double>(width) / static_cast<double>(w);
        if (row >= static_cast<double>(b.top) && row < static_cast<double>(b.bottom) &&
            column >= static_cast<double>(b.left) && column < static_cast<double>(b.right))
          out.push_back(y * w + x);
      }
    return out;
  }
};

void check(const LabelledBox& b, const Shape& maps, i64 height, i64 width) {
  if (b.image < 0 || b.image >= maps[0] || b.top < 0 || b.left < 0 || b.bottom > height || b.right > width)
    throw ValueError("[feature_map_weights] a box in image " + std::to_string(b.image) + ", rows " +
                     std::to_string(b.top) + " to " + std::to_string(b.bottom) + ", columns " + std::to_string(b.left) +
                     " to " + std::to_string(b.right) + ", with maps " + to_string(maps) + " of images of " +
                     std::to_string(height) + " x " + std::to_string(width));
}

/// The values of the maps at these positions over all images, (positions, channels), with the mean square of each
/// channel scaled to 1.
template <class T>
Tensor<double> scaled_rows(const Tensor<T>& maps, const std::vector<i64>& places) {
  const i64 c = maps.shape(3);
  const std::vector<T> values = maps.to_vector();
  Tensor<double> x(Shape{static_cast<i64>(places.size()), c});
  double* const to = x.mutable_data();
  std::vector<double> squares(static_cast<std::size_t>(c));
  for (std::size_t i = 0; i < places.size(); ++i)
    for (i64 k = 0; k < c; ++k) {
      const auto v = static_cast<double>(values[static_cast<std::size_t>(places[i] * c + k)]);
      to[static_cast<i64>(i) * c + k] = v;
      squares[static_cast<std::size_t>(k)] += v * v / static_cast<double>(places.size());
    }
  for (i64 i = 0; i < x.shape(0); ++i)
    for (i64 k = 0; k < c; ++k)
      if (squares[static_cast<std::size_t>(k)] > 0) to[i * c + k] /= std::sqrt(squares[static_cast<std::size_t>(k)]);
  return x;
}

}  // namespace

template <class T>
LabelledBox bright_box(const Tensor<T>& images, i64 image, double threshold) {
  GAN_CHECK_SHAPE(images.rank() == 4 && image >= 0 && image < images.shape(0), "bright_box",
                  "an image of a set (n, h, w, c) is needed", images.shape());
  const i64 h = images.shape(1), w = images.shape(2), c = images.shape(3);
  const std::vector<T> pixels = rows(images, image, image + 1).to_vector();
  LabelledBox b{.image = image, .top = h, .left = w};
  for (i64 y = 0; y < h; ++y)
    for (i64 x = 0; x < w; ++x)
      for (i64 k = 0; k < c; ++k)
        if (static_cast<double>(pixels[static_cast<std::size_t>((y * w + x) * c + k)]) > threshold) {
          b.top = std::min(b.top, y);
          b.left = std::min(b.left, x);
          b.bottom = std::max(b.bottom, y + 1);
          b.right = std::max(b.right, x + 1);
        }
  if (b.bottom == 0) return {.image = image};
  return b;
}

template <class T>
std::vector<double> feature_map_weights(const Tensor<T>& maps, i64 height, i64 width,
                                        const std::vector<LabelledBox>& boxes, const std::vector<LabelledBox>& others,
                                        const FeatureMapOptions& o) {
  GAN_CHECK_SHAPE(maps.rank() == 4 && height > 0 && width > 0, "feature_map_weights",
                  "feature maps (n, h, w, c) are needed", maps.shape());
  if (boxes.empty() || o.negatives_per_positive < 1)
    throw ValueError("[feature_map_weights] " + std::to_string(boxes.size()) + " boxes, " +
                     std::to_string(o.negatives_per_positive) + " negatives per positive; at least 1 is needed");
  const Places places{maps.shape(1), maps.shape(2), height, width};
  const i64 area = places.h * places.w;
  std::vector<std::vector<char>> boxed(static_cast<std::size_t>(maps.shape(0)));
  std::vector<i64> positive, negative;  // positions over all images
  for (const LabelledBox& b : boxes) {
    check(b, maps.shape(), height, width);
    auto& of_image = boxed[static_cast<std::size_t>(b.image)];
    of_image.resize(static_cast<std::size_t>(area));
    for (const i64 place : places.within(b)) {
      if (of_image[static_cast<std::size_t>(place)]) continue;
      of_image[static_cast<std::size_t>(place)] = 1;
      positive.push_back(b.image * area + place);
    }
  }
  std::vector<i64> elsewhere, of_others;
  for (i64 i = 0; i < maps.shape(0); ++i) {
    const auto& of_image = boxed[static_cast<std::size_t>(i)];
    for (i64 place = 0; o.elsewhere && place < static_cast<i64>(of_image.size()); ++place)
      if (!of_image[static_cast<std::size_t>(place)]) elsewhere.push_back(i * area + place);
  }
  for (const LabelledBox& b : others) {
    check(b, maps.shape(), height, width);
    for (const i64 place : places.within(b)) of_others.push_back(b.image * area + place);
  }
  u64 draw = 0;
  for (const auto* from : {&elsewhere, &of_others}) {
    const auto wanted = static_cast<i64>(positive.size()) * o.negatives_per_positive;
    const auto there = static_cast<i64>(from->size());
    const Rng rng{o.seed, name_stream("feature maps"), draw++};
    for (const i64 at : choose(there, std::min(wanted, there), rng))
      negative.push_back((*from)[static_cast<std::size_t>(at)]);
  }
  if (positive.empty() || negative.empty())
    throw ValueError("[feature_map_weights] " + std::to_string(positive.size()) + " places within boxes and " +
                     std::to_string(negative.size()) + " elsewhere; both are needed");

  std::vector<i64> all = positive;
  all.insert(all.end(), negative.begin(), negative.end());
  std::vector<bool> is_positive(all.size(), false);
  std::fill_n(is_positive.begin(), positive.size(), true);
  return LogisticRegression(scaled_rows(maps, all), is_positive, {.c = o.c}).weight;
}

std::vector<i64> maps_above(const std::vector<double>& weights, double threshold) {
  std::vector<i64> out;
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (weights[k] > threshold) out.push_back(static_cast<i64>(k));
  return out;
}

std::vector<i64> highest_maps(const std::vector<double>& weights, i64 count) {
  if (count < 0 || count > static_cast<i64>(weights.size()))
    throw ValueError("[highest_maps] " + std::to_string(count) + " of " + std::to_string(weights.size()) + " maps");
  std::vector<i64> order(weights.size());
  std::iota(order.begin(), order.end(), i64{0});
  std::stable_sort(order.begin(), order.end(), [&](i64 a, i64 b) {
    return weights[static_cast<std::size_t>(a)] > weights[static_cast<std::size_t>(b)];
  });
  order.resize(static_cast<std::size_t>(count));
  return order;
}

template <class T>
Tensor<T> generate_without(const BasicSequential<T>& generator, const Tensor<T>& z, std::size_t stage,
                           const std::vector<i64>& channels, bool batch_statistics) {
  const NoGrad constant;
  Pass pass = Pass::inference();
  pass.batch_stats = batch_statistics;
  const Tensor<T> maps = generator.range(z, pass, 0, stage);
  Tensor<T> kept = Tensor<T>::ones(Shape{maps.shape(-1)});
  for (const i64 k : channels) {
    if (k < 0 || k >= maps.shape(-1))
      throw ValueError("[generate_without] channel " + std::to_string(k) + " of maps " + to_string(maps.shape()));
    kept.mutable_data()[k] = 0;
  }
  return generator.range(maps * kept.to(maps.device()), pass, stage, generator.size());
}

#define GAN_FEATURE_MAPS(T)                                                                                     \
  template LabelledBox bright_box(const Tensor<T>&, i64, double);                                               \
  template std::vector<double> feature_map_weights(const Tensor<T>&, i64, i64, const std::vector<LabelledBox>&, \
                                                   const std::vector<LabelledBox>&, const FeatureMapOptions&);  \
  template Tensor<T> generate_without(const BasicSequential<T>&, const Tensor<T>&, std::size_t,                 \
                                      const std::vector<i64>&, bool);
GAN_FEATURE_MAPS(float)
GAN_FEATURE_MAPS(double)

}  // namespace gan::analysis
