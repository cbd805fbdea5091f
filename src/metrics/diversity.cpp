// Diversity within one set of samples.
#include "gan/metrics/diversity.hpp"

#include <cmath>
#include <limits>

#include "src/metrics/rows.hpp"

namespace gan::metrics {

Diversity diversity(const Samples& samples) {
  check_samples("diversity", "the samples", samples, 2);
  const i64 n = samples.count();
  Diversity d{.samples = n};
  for_distance_strips(samples, samples, column_means(samples), [&](i64 first, i64 rows, const double* squared) {
    for (i64 i = 0; i < rows; ++i) {
      double nearest = std::numeric_limits<double>::infinity();
      for (i64 j = 0; j < n; ++j) {
        if (j == first + i) continue;
        const double distance = std::sqrt(squared[i * n + j]);
        d.spread += distance;
        nearest = std::min(nearest, distance);
      }
      d.nearest += nearest;
    }
  });
  d.spread /= static_cast<double>(n) * static_cast<double>(n - 1);
  d.nearest /= static_cast<double>(n);
  return d;
}

double self_similarity(const Samples& images, const ImageOptions& options, i64 pairs, u64 seed) {
  GAN_CHECK_SHAPE(images.shape().rank() == 4, "self_similarity", "images (n, h, w, c) are needed", images.shape());
  const i64 side = std::min(images.shape()[1], images.shape()[2]) - 2 * options.border;
  GAN_CHECK_SHAPE(side >= 11, "self_similarity", "images of at least 11 x 11 pixels are needed", images.shape());
  check_samples("self_similarity", "the images", images, 2);
  if (pairs < 1) throw ValueError("[self_similarity] " + std::to_string(pairs) + " pairs; at least 1 is needed");
  std::vector<double> weights{0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
  while (weights.size() > 1 && (i64{10} << (weights.size() - 1)) + 1 > side) weights.pop_back();
  double sum = 0;
  for (const double w : weights) sum += w;
  for (double& w : weights) w /= sum;

  const i64 width = images.width();
  Tensor<double> a(images.shape().with(0, pairs)), b(a.shape());
  for (i64 k = 0; k < pairs; ++k) {
    const std::vector<i64> pair =
        choose(images.count(), 2, Rng{seed, name_stream("self_similarity"), static_cast<u64>(k)});
    images.read(pair[0], 1, a.mutable_data() + k * width);
    images.read(pair[1], 1, b.mutable_data() + k * width);
  }
  const Tensor<double> values = ms_ssim(a, b, options, weights);
  double mean = 0;
  for (const double v : values.values()) mean += v;
  return mean / static_cast<double>(pairs);
}

}  // namespace gan::metrics
