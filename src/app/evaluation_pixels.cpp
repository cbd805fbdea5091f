// Metrics on the images themselves: Parzen windows, sliced Wasserstein distance, neighbours, duplicates, pairs.
#include <algorithm>
#include <filesystem>

#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/metrics/diversity.hpp"
#include "gan/metrics/nearest.hpp"
#include "gan/metrics/parzen.hpp"
#include "gan/metrics/ssim.hpp"
#include "gan/metrics/swd.hpp"
#include "src/app/evaluation_parts.hpp"

namespace gan::app::evaluation {
namespace {

using Done = std::function<void(double)>;

/// Images of the training set at these indices, pixels in [0, 1].
Var unit_range(const data::Images& images, i64 first, i64 count) {
  std::vector<i64> places;
  for (i64 i = first; i < first + count; ++i) places.push_back(i);
  return images.scale(0, 1).batch(places)["x"];
}
Var unit_range(const Var& images) { return 0.5 * images + 0.5; }
Var without_border(const Var& images, i64 border) {
  if (border == 0) return images;
  return slice(slice(images, 1, border, images.shape(1) - border), 2, border, images.shape(2) - border);
}

void parzen(Report& report, const Sets& sets, const Done& done) {
  const NoGrad constant;
  const data::Images& train = sets.train;
  const bool papers = train.size() >= 51000;  // MNIST's training images 50,000 to 50,999 are for validation
  const i64 validating = std::min<i64>(1000, train.size() / 2), first = papers ? 50000 : train.size() - validating;
  const auto inner = [&sets](const Var& images) { return without_border(images, sets.border); };
  const Var validation = inner(unit_range(train, first, validating)), test = inner(unit_range(sets.real));
  const Var samples = inner(unit_range(sets.generated));
  const i64 references = std::min(samples.shape(0), first);
  const Var reference = inner(unit_range(train, 0, references));
  report.title("Parzen windows, " + std::to_string(samples.shape().stride0()) + " pixels in [0, 1]");
  const auto r = metrics::parzen(samples, validation, test);
  report.line("log-likelihood %.1f +- %.1f nats  (sigma %.3f, %lld samples, %lld test images)", r.mean, r.error,
              r.sigma, static_cast<long long>(r.samples), static_cast<long long>(r.test));
  done(0.3);
  const auto known = metrics::parzen(reference, validation, test);
  report.line("  of %lld training images as samples: %.1f +- %.1f (sigma %.3f)", static_cast<long long>(references),
              known.mean, known.error, known.sigma);
  done(0.5);
  i64 levels = 1;
  for (i64 h = samples.shape(1), w = samples.shape(2); levels < 3 && h % 2 == 0 && w % 2 == 0 && std::min(h, w) >= 8;
       h /= 2, w /= 2)
    ++levels;
  const auto scales = metrics::multi_scale_parzen(samples, validation, test, {.levels = levels});
  report.line("over %lld scales: %.1f +- %.1f nats (of pyramids, not of images)", static_cast<long long>(levels),
              scales.mean, scales.error);
}

void swd(Report& report, const Sets& sets) {
  const i64 n = std::min<i64>({1000, sets.real.shape(0), sets.generated.shape(0)});
  const i64 side = std::min(sets.image()[0], sets.image()[1]);
  if (side < 16) return;
  const auto r = metrics::sliced_wasserstein_distance(rows(sets.real, 0, n), rows(sets.generated, 0, n));
  report.title("Sliced Wasserstein distance, times 1000");
  for (std::size_t k = 0; k < r.sizes.size(); ++k)
    report.line("%lld pixels: %.2f", static_cast<long long>(r.sizes[k]), r.distances[k]);
  report.line("mean %.2f  (%lld images)", r.mean, static_cast<long long>(r.images));
}

/// Pairs of images side by side, three pairs in a row.
void save_pairs(const std::string& path, const Tensors<float>& images) {
  const i64 n = static_cast<i64>(images.size());
  io::save_grid(path, concat(images), {.rows = (n + 5) / 6, .columns = 6});
}

void neighbours(Report& report, const Settings& s, const Sets& sets) {
  const i64 asked = std::min<i64>(18, sets.generated.shape(0));
  Var known = sets.real;
  if (sets.train.size() > 0)  // uses at most 200 MB of them
    known = some_of(sets.train, std::min<i64>(sets.train.size(), 50000000 / sets.image().size()), 1);
  const Var samples = rows(sets.generated, 0, asked);
  const auto near = metrics::nearest_neighbours(samples, known);
  const auto usual = metrics::nearest_neighbours(rows(sets.real, 0, std::min<i64>(200, sets.real.shape(0))), known,
                                                 sets.train.size() > 0 ? 1 : 2);
  double mean = 0, usually = 0;
  for (const double d : near.distance) mean += d / static_cast<double>(near.distance.size());
  for (i64 i = 0; i < usual.queries; ++i)
    usually +=
        usual.distance[static_cast<std::size_t>((i + 1) * usual.neighbours - 1)] / static_cast<double>(usual.queries);
  report.title("Neighbours in pixels");
  report.line("of %lld samples among %lld %s images: mean distance %.3f; of real images not among them: %.3f",
              static_cast<long long>(asked), static_cast<long long>(known.shape(0)),
              sets.train.size() > 0 ? "training" : "real", mean, usually);
  if (s.pictures.empty()) return;
  Tensors<float> pairs;
  for (i64 i = 0; i < asked; ++i) {
    const i64 at = near.index[static_cast<std::size_t>(i)];
    pairs.push_back(rows(samples, i, i + 1));
    pairs.push_back(rows(known, at, at + 1));
  }
  io::make_directory(s.pictures);
  save_pairs(s.pictures + "/nearest.png", pairs);
  report.line("samples beside their neighbours: %s/nearest.png", s.pictures.c_str());
}

void duplicates(Report& report, const Settings& s, const Sets& sets) {
  const i64 batch = std::min<i64>({500, sets.generated.shape(0) / 2, sets.real.shape(0) / 2});
  if (batch < 2) return;
  // Whatever happens in half of the cases for equally many real images counts as a coincidence.
  std::vector<double> closest;
  for (i64 first = 0; first + batch <= sets.real.shape(0); first += batch)
    closest.push_back(metrics::closest_pairs(rows(sets.real, first, first + batch), 1)[0].distance);
  std::sort(closest.begin(), closest.end());
  const double threshold = closest[closest.size() / 2];
  const auto found = metrics::birthday_duplicates(sets.generated, batch, threshold);
  report.title("Duplicates");
  report.line(
      "%lld of %lld batches of %lld samples hold two nearer than %.3f, as half of such batches of real images do",
      static_cast<long long>(found.with_duplicates), static_cast<long long>(found.batches),
      static_cast<long long>(batch), threshold);
  const i64 n = std::min<i64>(10000, sets.generated.shape(0));
  const auto pairs = metrics::closest_pairs(rows(sets.generated, 0, n), 18);
  report.line("the closest pair of %lld samples: %.3f", static_cast<long long>(n), pairs[0].distance);
  if (s.pictures.empty()) return;
  Tensors<float> images;
  for (const metrics::Pair& p : pairs) {
    images.push_back(rows(sets.generated, p.first, p.first + 1));
    images.push_back(rows(sets.generated, p.second, p.second + 1));
  }
  io::make_directory(s.pictures);
  save_pairs(s.pictures + "/closest.png", images);
  report.line("the closest pairs: %s/closest.png", s.pictures.c_str());
}

}  // namespace

void add_pixels(Work& work, Report& report, const Settings& s, const Sets& sets) {
  if (sets.generator && sets.train.size() >= 4) work.add(60, [&](const Done& done) { parzen(report, sets, done); });
  work.add(20, [&](const Done&) { swd(report, sets); });
  work.add(20, [&](const Done&) { neighbours(report, s, sets); });
  work.add(20, [&](const Done&) { duplicates(report, s, sets); });
  if (!s.pictures.empty())
    work.add(1, [&](const Done&) {
      io::make_directory(s.pictures);
      io::save_grid(s.pictures + "/samples.png", rows(sets.generated, 0, std::min<i64>(64, sets.generated.shape(0))));
    });
}

void add_pairs(Work& work, Report& report, const Sets& sets) {
  if (sets.real.shape() != sets.generated.shape())
    throw DataError("--paired: " + to_string(sets.real.shape()) + " real and " + to_string(sets.generated.shape()) +
                    " generated images; there must be as many");
  work.add(20, [&](const Done&) {
    const NoGrad constant;
    report.title("Pairs, means over " + std::to_string(sets.real.shape(0)));
    const metrics::ImageOptions all{.low = -1, .high = 1};
    report.line("PSNR %.3f dB, SSIM %.4f",
                static_cast<double>(mean(metrics::psnr(sets.real, sets.generated, all)).item()),
                static_cast<double>(mean(metrics::ssim(sets.real, sets.generated, all)).item()));
    if (sets.image()[2] == 3 && std::min(sets.image()[0], sets.image()[1]) > 19) {
      const metrics::ImageOptions luma{.low = -1, .high = 1, .border = 4, .luma = true};
      report.line("on luma without 4 pixels at each side: PSNR %.3f dB, SSIM %.4f",
                  static_cast<double>(mean(metrics::psnr(sets.real, sets.generated, luma)).item()),
                  static_cast<double>(mean(metrics::ssim(sets.real, sets.generated, luma)).item()));
    }
    if (std::min(sets.image()[0], sets.image()[1]) > 160)
      report.line("MS-SSIM %.4f", static_cast<double>(mean(metrics::ms_ssim(sets.real, sets.generated, all)).item()));
  });
}

}  // namespace gan::app::evaluation
