// CIFAR-10's binary version: records of one label byte and three planes (red, green, blue) of 32 x 32 bytes.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

/// CIFAR-10 (Krizhevsky 2009) from data_batch_1.bin to data_batch_5.bin, or test_batch.bin, in `directory` or its
/// subfolder cifar-10-batches-bin: (N, 32, 32, 3) with the ten class names. Throws DataError where a file is missing,
/// IoError where one cannot be read, FormatError naming the file, the offset and the fault where its contents are not
/// right.
Dataset cifar10(const std::string& directory, Split split = Split::train);

}  // namespace gan::data
