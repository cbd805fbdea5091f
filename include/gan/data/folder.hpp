// Folders of images.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

struct FolderOptions {
  i64 size = 0;                                 ///< height and width; 0: as the files have it, which must all be alike
  i64 channels = 3;                             ///< 1 or 3
  i64 max_pixels = i64{64} * 1048576;           ///< a file that declares more is unreadable
  bool skip_unreadable = false;                 ///< leave unreadable files out instead of throwing
  std::vector<std::string>* skipped = nullptr;  ///< gets a line "path: reason" for each file that was left out
};

/// The PNG and JPEG files (.png, .jpg, .jpeg) in `directory` and its subfolders, in the order of their paths' bytes,
/// read as read_image does: (N, H, W, channels). Where all lie in subfolders, the subfolders of the first level are the
/// classes. Names that begin with a dot are passed over; a folder that links lead to several times is read once. Files
/// are decoded one by one: memory is bounded by the result and one image. Throws DataError that lists the unreadable
/// files (the first ten, and how many there are), where there is no image, and where sizes differ without .size;
/// ValueError for options out of range.
Dataset folder(const std::string& directory, const FolderOptions& options = {});

}  // namespace gan::data
