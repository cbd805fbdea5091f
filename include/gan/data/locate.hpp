// Where data sets are found by name.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

/// The names that load() knows: "mnist", "fashion-mnist", "cifar10", and the built-in "shapes", "ring", "grid" and
/// "spirals" of data/synthetic.hpp.
std::vector<std::string> known_sets();

/// The directory of the data set `name`: $GAN_DATA/name, else data/name, ../shared/data/name, then the system's folder
/// /usr/share/datasets/name. Throws DataError that names the places searched and the command that gets the set, or the
/// nearest known name.
std::string locate(const std::string& name);

/// A data set by name or by directory. An existing directory is read as what it holds: CIFAR-10's files or MNIST's; one
/// called fashion-mnist gets Fashion-MNIST's class names. Throws as locate and the set's reader.
Dataset load(const std::string& name_or_directory, Split split = Split::train);

}  // namespace gan::data
