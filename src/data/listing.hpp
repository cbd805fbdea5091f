// The image files of a folder, and reading them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gan/data/folder.hpp"
#include "gan/data/image.hpp"

namespace gan::data {

struct Listing {
  std::string directory;
  std::vector<std::string> images;  ///< paths of the files, relative to the folder, in the order of their bytes
  std::vector<std::string> unreadable = {};  ///< "path: reason"

  std::string path(std::size_t i) const { return directory + "/" + images[i]; }
};

/// The images of a folder and its subfolders. Throws DataError if it is no directory or holds no image.
Listing list_images(const std::string& directory);

/// The folder of a split: the subfolder of that name if there are train and test, otherwise, for training, the folder
/// itself. Throws DataError if there are no images for testing.
std::string split_folder(const std::string& directory, Split split);

/// "sub/name" of "sub/name.png".
std::string stem_of(const std::string& path);

/// How one file is read: as read_image(path, options), unless the data need something else.
using ReadImage = std::function<Image(const std::string& path, const ImageOptions& options)>;

/// Reads the files of the listing in their order, at most `count` of them, and leaves in it those that were read. Range
/// and flips are for read_images. Throws DataError if files
/// are unreadable and .skip_unreadable is not set, and if none is left.
std::vector<Image> read_list(Listing& listing, const FolderOptions& options, const ReadImage& read = {});

/// The same as one set of images, which must agree in size; the first-level subfolders are the classes if every file
/// lies in one, those beyond `count` too. Memory is bounded by the result plus one image.
Images read_images(Listing& listing, const FolderOptions& options, const ReadImage& read = {});

}  // namespace gan::data
