// Reader of CIFAR-10's binary version: each record is one label byte and three planes (red, green, blue) of 32 x 32
// bytes.
#pragma once

#include "gan/data/images.hpp"

namespace gan::data {

/// CIFAR-10 (Krizhevsky 2009) from data_batch_1.bin to data_batch_5.bin, or test_batch.bin, in `directory` or its
/// subfolder cifar-10-batches-bin: (N, 32, 32, 3) with the ten class names. Throws DataError if a file is missing,
/// IoError if one cannot be read, and FormatError, which names the file, the offset and the fault, if the contents are
/// invalid.
Images cifar10(const std::string& directory, Split split = Split::train);

}  // namespace gan::data
