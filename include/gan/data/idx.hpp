// IDX: the format of MNIST and the sets made after it. Two zero bytes, the element type, the rank, the extents as
// big-endian 32-bit integers, the elements row-major.
#pragma once

#include "gan/data/dataset.hpp"

namespace gan::data {

struct IdxArray {
  Shape shape;             ///< one to four axes
  std::vector<u8> values;  ///< row-major
};

/// Reads an IDX file of unsigned bytes, plain or compressed by gzip (told by its content, not its name). Memory is
/// bounded by what the file really holds, and a compressed file is never expanded past what its header declares. Throws
/// IoError where it cannot be read, FormatError naming the file and the fault where its contents are not right.
IdxArray read_idx(const std::string& path);

/// MNIST from the four files of its publication (train-images-idx3-ubyte[.gz] and so on) in `directory`: (N, H, W, 1)
/// with labels 0 to 9. Throws DataError where a file is missing, else as read_idx.
Dataset mnist(const std::string& directory, Split split = Split::train);
/// Fashion-MNIST (Xiao et al. 2017): files of the same names, other classes.
Dataset fashion_mnist(const std::string& directory, Split split = Split::train);

}  // namespace gan::data
