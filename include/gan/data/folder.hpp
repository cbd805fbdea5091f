// Folders of images.
#pragma once

#include "gan/data/images.hpp"

namespace gan::data {

struct FolderOptions {
  i64 size = 0;                                 ///< height and width; 0: the size of the files, which must all agree
  i64 channels = 3;                             ///< 1 or 3
  float low = -1, high = 1;                     ///< the range, see Images::scale
  bool flip = false;                            ///< mirror at random, see Images::flipped
  i64 count = 0;                                ///< the first files only; 0: all
  i64 max_pixels = i64{64} * 1048576;           ///< a file that declares more pixels counts as unreadable
  bool skip_unreadable = false;                 ///< skip unreadable files instead of throwing
  std::vector<std::string>* skipped = nullptr;  ///< receives a line "path: reason" for each skipped file
};

/// The PNG and JPEG files (.png, .jpg, .jpeg) in `directory` and its subfolders, in the byte order of their paths, read
/// as by read_image: (N, H, W, channels). If every file lies in a subfolder, the first-level subfolders are the
/// classes. Names that begin with a dot are skipped; a folder that several links lead to is read once. Files are
/// decoded one at a time, so memory is bounded by the result plus one image. A count does not change the classes.
/// Throws DataError if files are unreadable (with their number and the first ten of them), if there is no image, and if
/// sizes differ and .size is not given; ValueError for options out of range.
Images folder(const std::string& directory, const FolderOptions& options = {});

}  // namespace gan::data
