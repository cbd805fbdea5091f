// The path on which super-resolution is scored: four times smaller and larger again by bicubic interpolation, luma
// without four pixels of border. The published numbers are 28.43 dB of Set5 and 25.99 (SRGAN's) to 26.1 dB of Set14;
// SSIM by the definition of Wang et al.'s program near 0.81 of Set5.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "gan/data/image.hpp"
#include "gan/metrics/ssim.hpp"
#include "gan/ops/resample.hpp"
#include "support/data.hpp"

namespace gan {
namespace {

Tensor<double> to_bytes(Tensor<double> x) {
  double* const v = x.mutable_data();
  for (i64 i = 0; i < x.size(); ++i) v[i] = std::clamp(std::nearbyint(v[i]), 0.0, 255.0);
  return x;
}

struct Score {
  double psnr = 0, ssim = 0;
};
Score bicubic(const std::filesystem::path& folder, i64 expected) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  EXPECT_EQ(static_cast<i64>(files.size()), expected);
  Score mean;
  for (const auto& path : files) {
    const Image image = data::read_image(path.string());
    const i64 h = image.height / 4 * 4, w = image.width / 4 * 4;
    Tensor<double> x(Shape{1, h, w, 3});
    for (i64 i = 0; i < h; ++i) {
      const auto row = image.pixels.begin() + i * image.width * 3;
      std::copy(row, row + w * 3, x.mutable_data() + i * w * 3);
    }
    const ResizeOptions how{.mode = Interpolation::bicubic};
    const Tensor<double> small = to_bytes(resize(x, {h / 4, w / 4}, how)), y = to_bytes(resize(small, {h, w}, how));
    const metrics::ImageOptions paper{.low = 0, .high = 255, .border = 4, .luma = true};
    mean.psnr += metrics::psnr(x, y, paper).item() / static_cast<double>(files.size());
    mean.ssim += metrics::ssim(x, y, paper).item() / static_cast<double>(files.size());
  }
  return mean;
}

TEST(SuperResolution, BicubicHasThePublishedNumbers) {
  const std::filesystem::path folder = test::data_folder("sr");
  if (folder.empty()) GTEST_SKIP() << test::without_data("sr");
  const Score set5 = bicubic(folder / "set5", 5), set14 = bicubic(folder / "set14", 14);
  std::printf("[ bicubic  ] Set5 %.2f dB, %.4f; Set14 %.2f dB, %.4f\n", set5.psnr, set5.ssim, set14.psnr, set14.ssim);
  EXPECT_NEAR(set5.psnr, 28.43, 0.01);
  EXPECT_NEAR(set5.ssim, 0.811, 0.002);
  EXPECT_GT(set14.psnr, 25.99);
  EXPECT_LT(set14.psnr, 26.1);
}

}  // namespace
}  // namespace gan
