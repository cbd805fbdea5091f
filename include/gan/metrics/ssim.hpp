// How alike are two images, pixel by pixel: PSNR, SSIM, MS-SSIM.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// How images (N, H, W, C) are read. What the papers on super-resolution report is
/// {.low = -1, .high = 1, .border = 4, .luma = true} (of four times larger images), of images rounded to bytes.
struct ImageOptions {
  double low = -1, high = 1;  ///< black and white; high - low is the range of the data
  i64 border = 0;             ///< pixels cut off on each of the four sides
  bool luma = false;          ///< of 3 channels, only Y of ITU-R BT.601 (16 to 235 of 255); grey stays as it is
};

/// 10 log10(range^2 / mean squared difference) of each pair of images (N, H, W, C), all channels as one → (N) in dB;
/// inf for equal images. Throws ShapeError for different shapes and other ranks, ValueError for no images, numbers that
/// are not finite, options out of range and images that the border leaves nothing of.
Tensor<double> psnr(const Samples& a, const Samples& b, const ImageOptions& options = {});

/// Structural similarity (Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity")
/// of each pair of images (N, H, W, C) → (N), at most 1: Gaussian window of 11 x 11 with deviation 1.5, K1 = 0.01, K2 =
/// 0.03, the mean over places where the window fits and over channels. Throws as psnr; 11 x 11 pixels must be left.
Tensor<double> ssim(const Samples& a, const Samples& b, const ImageOptions& options = {});

/// Multi-scale structural similarity (Wang, Simoncelli & Bovik 2003, with their weights of five scales, finest first)
/// of each pair of images (N, H, W, C) → (N): contrast and structure at every scale, luminance at the coarsest, means
/// of 2 x 2 pixels in between (the last row or column of an odd number counts twice); negative factors count as 0; the
/// mean over channels. Throws as ssim: at the coarsest scale 11 x 11 pixels must be left, so five scales need 161 x
/// 161; smaller images need fewer weights.
Tensor<double> ms_ssim(const Samples& a, const Samples& b, const ImageOptions& options = {},
                       const std::vector<double>& weights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333});

}  // namespace gan::metrics
