// How similar are two images, pixel by pixel: PSNR, SSIM, MS-SSIM.
#pragma once

#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

/// How images (N, H, W, C) are interpreted. Papers on super-resolution use {.low = -1, .high = 1, .border = 4, .luma =
/// true} (for images enlarged four times), with images rounded to bytes.
struct ImageOptions {
  double low = -1, high = 1;  ///< black and white; high - low is the range of the data
  i64 border = 0;             ///< pixels cut off on each of the four sides
  bool luma = false;          ///< compare only Y of ITU-R BT.601 (16 to 235 of 255) of 3 channels; grey is unchanged
};

/// 10 log10(range^2 / mean squared difference) of each pair of images (N, H, W, C), over all channels together → (N) in
/// dB; inf for equal images. Throws ShapeError for different shapes and other ranks, ValueError if there are no images,
/// for numbers that are not finite, options out of range and images of which nothing is left inside the border.
Tensor<double> psnr(const Samples& a, const Samples& b, const ImageOptions& options = {});

/// Structural similarity (Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity")
/// of each pair of images (N, H, W, C) → (N), at most 1: Gaussian window of 11 x 11 with deviation 1.5, K1 = 0.01, K2 =
/// 0.03, averaged over the positions where the window fits and over channels. Throws as psnr; 11 x 11 pixels must
/// remain inside the border.
Tensor<double> ssim(const Samples& a, const Samples& b, const ImageOptions& options = {});

/// Multi-scale structural similarity (Wang, Simoncelli & Bovik 2003, with their weights for five scales, finest first)
/// of each pair of images (N, H, W, C) → (N): contrast and structure at every scale, luminance at the coarsest, with
/// means of 2 x 2 pixels in between (an odd last row or column counts twice); negative factors count as 0; averaged
/// over channels. Throws as ssim: at the coarsest scale 11 x 11 pixels must remain, so five scales need 161 x 161;
/// smaller images need fewer weights.
Tensor<double> ms_ssim(const Samples& a, const Samples& b, const ImageOptions& options = {},
                       const std::vector<double>& weights = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333});

}  // namespace gan::metrics
