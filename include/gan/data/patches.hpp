// Patches: random crops of images of any sizes, with their low-resolution copies for super-resolution.
#pragma once

#include <memory>
#include <vector>

#include "gan/core/image.hpp"
#include "gan/data/folder.hpp"
#include "gan/data/images.hpp"

namespace gan::data {

struct PatchOptions {
  i64 size = 96;              ///< height and width of a crop
  i64 factor = 1;             ///< of the low-resolution copy; it must divide the size. 1: there is none
  i64 per_image = 1;          ///< crops of each image in an epoch
  bool flip = false;          ///< mirror left to right with probability 1/2
  float low = -1, high = 1;   ///< the values of black and white in a crop
  float x_low = low, x_high = high;  ///< the same in low-resolution copies; SRGAN has [0, 1] there
};

/// Random crops. With a factor, y is the crop (N, size, size, C) and x its copy (N, size / factor, size / factor, C),
/// made smaller by antialiased bicubic interpolation (Keys 1981, a = -0.5) and rounded to bytes, as super-resolution is
/// measured: apart from the borders of a crop, what MATLAB's imresize gives. Without one, x is the crop. Example i is a
/// crop of image i / per_image, drawn anew in each epoch.
class Patches {
 public:
  /// Throws ValueError for options out of range, without images, for an image smaller than a crop, and unless all have
  /// the same number of channels.
  Patches(std::vector<Image> images, const PatchOptions& options = {});

  i64 size() const;
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;

 private:
  Var crop(std::span<const i64> indices, const Draws& draws) const;

  std::shared_ptr<const std::vector<Image>> images_;
  PatchOptions options_;
};

/// Throws as the constructor.
Patches patches(std::vector<Image> images, const PatchOptions& options = {});
/// Of images in memory; their range does not matter, and if they are flipped(), so are the crops.
Patches patches(const Images& images, const PatchOptions& options = {});
/// Of the images of a folder, which may have any sizes. Throws DataError naming the file for an image smaller than a
/// crop; else as folder(). Range and flips are those of the PatchOptions.
Patches patches(const std::string& directory, const PatchOptions& options = {}, const FolderOptions& folder = {});

}  // namespace gan::data
