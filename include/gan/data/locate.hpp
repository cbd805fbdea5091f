// Finding data sets by name.
#pragma once

#include "gan/data/images.hpp"
#include "gan/data/points.hpp"

namespace gan::data {

/// The names that load() and load_points() accept: "mnist", "fashion-mnist", "kmnist", "cifar10", and the built-in
/// "shapes", "ring", "grid", "spirals" and "stacked-mnist" (made from MNIST's files), see data/shapes.hpp,
/// data/mixtures.hpp and data/stacked.hpp.
std::vector<std::string> known_sets();

/// The directories searched for a data set called `name`, in this order: $GAN_DATA/name, data/name,
/// ../shared/data/name, and the system-wide /usr/share/datasets/name.
std::vector<std::string> places(const std::string& name);

/// The directory of the data set `name`: the first of its places() that holds it. Throws DataError, which lists the
/// places searched and the command that downloads the data set, or suggests the nearest known name.
std::string locate(const std::string& name);

/// Loads a data set by name or from a directory. The format of an existing directory is detected: CIFAR-10's files,
/// MNIST's (with Fashion-MNIST's class names if the directory is called fashion-mnist), or images, read as by folder().
/// If a folder of images has the subfolders train and test, these are the splits; otherwise all images are for
/// training. Throws as locate and as the reader.
Images load(const std::string& name_or_directory, Split split = Split::train);

struct LoadOptions {
  Split split = Split::train;
  i64 size = 0;      ///< height and width to resize the images to; 0: keep their size
  i64 channels = 0;  ///< 1: colour becomes luma; 3: grey is repeated; 0: unchanged, but 3 for folders of images
  i64 count = 0;     ///< the first images only; 0: all
};
/// The same, with images converted to the size and channels that a network takes. Shapes are drawn at that size. Throws
/// ValueError for a size or number of channels that is out of range.
Images load(const std::string& name_or_directory, const LoadOptions& options);

/// The built-in points "ring", "grid" or "spirals", see data/mixtures.hpp. Throws DataError for any other name.
Points load_points(const std::string& name, Split split = Split::train);

}  // namespace gan::data
