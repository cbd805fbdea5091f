// IDX: the format of MNIST and of data sets modelled on it. Two zero bytes, the element type, the rank, the extents as
// big-endian 32-bit integers, then the elements in row-major order.
#pragma once

#include "gan/data/images.hpp"

namespace gan::data {

struct IdxArray {
  Shape shape;             ///< one to four axes
  std::vector<u8> values;  ///< row-major
};

/// Reads an IDX file of unsigned bytes, plain or compressed with gzip (detected from its content, not its name). Memory
/// is bounded by what the file actually holds, and a compressed file is never expanded beyond what its header declares.
/// Throws IoError if the file cannot be read, and FormatError, which names the file and the fault, if its contents are
/// invalid.
IdxArray read_idx(const std::string& path);

/// A set in MNIST's form, with its four files (train-images-idx3-ubyte[.gz] and so on) in `directory`: (N, H, W, 1)
/// with labels that number `classes`. Throws DataError if a file is missing, otherwise as read_idx.
Images labelled_idx(const std::string& directory, Split split, std::vector<std::string> classes);

/// MNIST from its four published files (train-images-idx3-ubyte[.gz] and so on) in `directory`: (N, H, W, 1) with
/// labels 0 to 9. Throws DataError if a file is missing, otherwise as read_idx.
Images mnist(const std::string& directory, Split split = Split::train);
/// Fashion-MNIST (Xiao et al. 2017): files with the same names, but other classes.
Images fashion_mnist(const std::string& directory, Split split = Split::train);

}  // namespace gan::data
