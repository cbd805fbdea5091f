// Metrics against other people's programs: torch-fidelity, pytorch-fid, torchmetrics, prdc, scikit-image, scikit-learn,
// SciPy (make_metrics.py).
#include "gan/metrics/frechet.hpp"
#include "gan/metrics/inception_score.hpp"
#include "gan/metrics/kernel.hpp"
#include "gan/metrics/nearest.hpp"
#include "gan/metrics/parzen.hpp"
#include "gan/metrics/precision_recall.hpp"
#include "gan/metrics/ssim.hpp"
#include "gan/metrics/swd.hpp"
#include "reference/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

const File& file() {
  static const File f("metrics.safetensors");
  return f;
}
D given(const std::string& key) { return tensor<double>(file()[key]); }

/// Prints the relative error and compares it.
void expect_relative(double value, double expected, double tolerance, const std::string& what) {
  const double error = std::abs(value - expected) / std::abs(expected);
  std::printf("[ error    ] %s: %.1e relative\n", what.c_str(), error);
  EXPECT_LE(error, tolerance) << what << ": " << value << ", not " << expected;
}
void expect_relative(const D& values, const std::string& key, double tolerance) {
  Worst worst;
  expect_close(values, file()[key], tolerance, key, worst);
  std::printf("[ error    ] %s: %.1e relative\n", key.c_str(), worst.error);
}

TEST(Metrics, Frechet) {
  const metrics::FeatureStatistics a(given("a"));
  expect_relative(a.mean(), "mean", 1e-14);
  expect_relative(a.covariance(), "covariance", 1e-14);
  const double fid = metrics::frechet_distance(given("a"), given("b")).distance;
  expect_relative(fid, file().number("fid.pytorch_fid"), 1e-9, "fid, pytorch-fid");
  expect_relative(fid, file().number("fid.torch_fidelity"), 1e-9, "fid, torch-fidelity");
  const double few = metrics::frechet_distance(given("few_a"), given("few_b")).distance;
  expect_relative(few, file().number("fid.few"), 1e-9, "fid of singular covariances, 60 digits");
}

TEST(Metrics, KernelDistance) {
  const D a = given("a"), b = given("b");
  const D some = a.view({50, 12});
  expect_relative(metrics::squared_mmd(some, b), file().number("kid.mean"), 1e-10, "kid, torch-fidelity");
  expect_relative(metrics::kernel_distance(some, b, {.subsets = 2, .subset_size = 50}).mean, file().number("kid.mean"),
                  1e-10, "kid of subsets of all");
  const Array rows_a = file()["kid.rows_a"], rows_b = file()["kid.rows_b"];
  D values(Shape{3});
  for (i64 k = 0; k < 3; ++k) {
    const auto subset = [k](const D& x, const Array& rows) {
      D y(Shape{20, 12});
      for (i64 i = 0; i < 20; ++i) {
        const i64 row = static_cast<i64>(rows.values[static_cast<std::size_t>(20 * k + i)]);
        std::copy(x.data() + 12 * row, x.data() + 12 * row + 12, y.mutable_data() + 12 * i);
      }
      return y;
    };
    values.mutable_data()[k] = metrics::squared_mmd(subset(a, rows_a), subset(b, rows_b));
  }
  expect_relative(values, "kid.subsets", 1e-10);
}

TEST(Metrics, PrecisionRecallDensityCoverage) {
  for (const i64 k : {1, 3, 5}) {
    const auto p = metrics::precision_recall(given("a"), given("b"), {.neighbours = k});
    const auto d = metrics::density_coverage(given("a"), given("b"), {.neighbours = k});
    expect_relative(D::from({p.precision, p.recall, d.density, d.coverage}, {4}), "prdc." + std::to_string(k), 1e-12);
    expect_relative(D::from({p.precision, p.recall}, {2}), "prc." + std::to_string(k), 1e-7);  // means in float there
  }
}

TEST(Metrics, InceptionScore) {
  const auto s = metrics::inception_score_of_logits(given("isc.logits"));
  expect_relative(s.mean, file().number("isc.mean"), 1e-12, "inception score");
  expect_relative(s.deviation, file().number("isc.deviation"), 1e-12, "its deviation");
}

TEST(Metrics, PsnrAndSsim) {
  const D a = given("image.a"), b = given("image.b");
  const metrics::ImageOptions unit{.low = 0, .high = 1};
  expect_relative(metrics::psnr(a, b, unit), "psnr", 1e-12);
  expect_relative(metrics::ssim(a, b, unit), "ssim", 1e-12);
  D grey_a(a.shape().with(3, 1)), grey_b(grey_a.shape());
  for (i64 i = 0; i < grey_a.size(); ++i) {
    grey_a.mutable_data()[i] = a.data()[3 * i];
    grey_b.mutable_data()[i] = b.data()[3 * i];
  }
  expect_relative(metrics::psnr(grey_a, grey_b, unit), "grey.psnr", 1e-12);
  expect_relative(metrics::ssim(grey_a, grey_b, unit), "grey.ssim", 1e-12);
  const metrics::ImageOptions luma{.low = 0, .high = 1, .border = 2, .luma = true};
  expect_relative(metrics::psnr(a, b, luma), "luma.psnr", 1e-12);
  expect_relative(metrics::ssim(a, b, luma), "luma.ssim", 1e-12);
}

/// make_metrics.py's `pattern`, channels last.
D pattern(i64 channels, i64 height, i64 width, u64 seed) {
  D x(Shape{1, height, width, channels});
  double* to = x.mutable_data();
  for (i64 h = 0; h < height; ++h)
    for (i64 w = 0; w < width; ++w)
      for (i64 c = 0; c < channels; ++c) {
        const u64 place = static_cast<u64>((c * height + h) * width + w);
        const i64 noise = static_cast<i64>(static_cast<u32>(place * 2654435761u + seed) >> 13) % 64;
        *to++ = static_cast<double>((w * (3 + c) + h * 2) % 97 + (h * h / 16) % 61 + noise) / 256;
      }
  return x;
}

// torchmetrics has the five weights in float.
TEST(Metrics, MsSsim) {
  for (const i64 channels : {3, 1}) {
    const D x = pattern(3, 176, 192, 1), z = pattern(3, 176, 192, 2);
    D a(Shape{1, 176, 192, channels}), b(a.shape());
    for (i64 h = 0; h < 176; ++h)
      for (i64 i = 0; i < 192; ++i)
        for (i64 c = 0; c < channels; ++c) {
          const i64 to = (h * 192 + i) * channels + c, from = (h * 192 + i) * 3 + c;
          a.mutable_data()[to] = x.data()[from];
          b.mutable_data()[to] = (x.data()[from] + z.data()[((175 - h) * 192 + i) * 3 + c]) / 2;
        }
    const std::string key = channels == 3 ? "msssim" : "msssim.grey";
    expect_relative(metrics::ms_ssim(a, b, {.low = 0, .high = 1}).item(), file().number(key), 1e-7, key);
  }
}

TEST(Metrics, Parzen) {
  const auto r = metrics::parzen(given("parzen.samples"), given("parzen.validation"), given("parzen.test"));
  expect_relative(D::from(r.validation_means, {10}), "parzen.validation_means", 1e-12);
  expect_relative(r.sigma, file().number("parzen.sigma"), 1e-14, "sigma");
  expect_relative(r.mean, file().number("parzen.mean"), 1e-12, "parzen.mean");
  expect_relative(r.error, file().number("parzen.error"), 1e-12, "parzen.error");
  expect_relative(metrics::parzen_log_likelihoods(given("parzen.samples"), given("parzen.test"), r.sigma),
                  "parzen.test_values", 1e-12);
}

TEST(Metrics, SlicedWasserstein) {
  const std::vector<D> pyramid = metrics::laplacian_pyramid(tensor<double>(ours(file()["swd.image"])), 3);
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string key = "swd.level" + std::to_string(k);
    Worst worst;
    expect_close(pyramid[k], ours(file()[key]), 1e-14, key, worst);
    worst.print(key.c_str());
  }
  const double distance =
      metrics::sliced_wasserstein(given("swd.descriptors_a"), given("swd.descriptors_b"), given("swd.directions"));
  expect_relative(distance, file().number("swd.distance"), 1e-12, "sliced Wasserstein distance, SciPy");
}

TEST(Metrics, NearestNeighbours) {
  const metrics::Neighbours n = metrics::nearest_neighbours(given("b"), given("a"), 4);
  expect_relative(D::from(n.distance, {50, 4}), "near.distance", 1e-14);
  const std::vector<double> index(n.index.begin(), n.index.end());
  EXPECT_EQ(index, file()["near.index"].values);
}

}  // namespace
