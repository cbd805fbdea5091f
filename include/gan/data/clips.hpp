// Clips: short sequences of consecutive images, for video.
#pragma once

#include <memory>

#include "gan/data/folder.hpp"
#include "gan/data/images.hpp"

namespace gan::data {

struct ClipOptions {
  i64 frames = 5;     ///< images in a clip
  i64 stride = 1;     ///< images from one frame of a clip to the next
  bool flip = false;  ///< mirror whole clips left to right with probability 1/2
};

/// Clips of sequences of images: the part frames (N, T, H, W, C), in the range of the images. A clip begins at each
/// image of a sequence that has enough images after it; clips overlap.
class Clips {
 public:
  /// The first lengths[0] images are the first sequence, and so on. Images that are flipped() make clips that are, each
  /// as a whole. Throws ValueError for options out of range, for lengths whose sum is not the number of images, and if
  /// no sequence is long enough.
  Clips(Images images, const std::vector<i64>& lengths, const ClipOptions& options = {});

  /// Number of clips.
  i64 size() const { return static_cast<i64>(first_->size()); }
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;

 private:
  Images images_;
  std::shared_ptr<const std::vector<i64>> first_;  ///< image that each clip begins with
  ClipOptions options_;
};

/// All images as one sequence. Throws as the constructor.
Clips clips(const Images& sequence, const ClipOptions& options = {});
/// A folder of frames, or a folder of such folders, each of which is a sequence. Frames are in the byte order of their
/// names, so numbers in them need leading zeros. Folders with too few frames yield no clips. Throws DataError if all
/// have too few, otherwise as folder(); and ValueError if folder.skip_unreadable is set, since a clip must not have
/// gaps.
Clips clips(const std::string& directory, const ClipOptions& options = {}, const FolderOptions& folder = {});

}  // namespace gan::data
