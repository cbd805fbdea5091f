// Where data sets are found by name.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

/// The names that load() knows: "mnist", "fashion-mnist", "cifar10", and the built-in "shapes", "ring", "grid",
/// "spirals" and "stacked-mnist" (of MNIST's files) of data/points.hpp and data/stacked.hpp.
std::vector<std::string> known_sets();

/// Where a directory called `name` is looked for, in this order: $GAN_DATA/name, data/name, ../shared/data/name, and
/// the system's folder /usr/share/datasets/name.
std::vector<std::string> places(const std::string& name);

/// The directory of the data set `name`, the first of its places that holds it. Throws DataError that names the places
/// searched and the command that gets the set, or the nearest known name.
std::string locate(const std::string& name);

/// A data set by name or by directory. An existing directory is read as what it holds: CIFAR-10's files, MNIST's (with
/// Fashion-MNIST's class names if it is called fashion-mnist), or images, as folder() reads them; where such a folder
/// has the subfolders train and test they are the splits, else all is for training. Throws as locate and the reader.
Dataset load(const std::string& name_or_directory, Split split = Split::train);

struct LoadOptions {
  Split split = Split::train;
  i64 size = 0;      ///< height and width that the images are brought to; 0: as they are
  i64 channels = 0;  ///< 1 or 3: grey is repeated, of colour the luma is taken; 0: as they are, in folders of images 3
};
/// The same, with images as a net takes them. Shapes are drawn at the size. Throws ValueError for a size or a number of
/// channels out of range, or given for points.
Dataset load(const std::string& name_or_directory, const LoadOptions& options);

}  // namespace gan::data
