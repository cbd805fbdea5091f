// The safetensors format: a 64-bit little-endian header length, a JSON header that gives each tensor's type, shape and
// position, then the raw bytes. Reading is strict: anything that two readers could interpret differently is rejected.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gan/tensor/tensor.hpp"

namespace gan::io {

/// Element types, in the order in which the reference writer sorts them (ascending alignment).
enum class DType { boolean, u8, i8, i16, u16, f16, bf16, i32, u32, f32, f64, i64, u64 };

/// A type's name in the format: "BOOL", "U8", ..., "F32".
const char* to_string(DType type);
/// Size of one element in bytes.
i64 size_of(DType type);

/// One tensor of a file. Its bytes, little-endian and row-major, belong to the SafeTensors; they need not be aligned.
struct TensorEntry {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  std::span<const u8> bytes;
};

/// Pairs of key and value, sorted by key.
using Metadata = std::map<std::string, std::string>;

/// The contents of a file.
class SafeTensors {
 public:
  /// The tensors in the order of their bytes. Deleted for temporaries, whose bytes would be gone.
  const std::vector<TensorEntry>& entries() const& { return entries_; }
  const std::vector<TensorEntry>& entries() && = delete;
  const Metadata& metadata() const& { return metadata_; }
  const Metadata& metadata() && = delete;
  bool contains(const std::string& name) const { return index_.count(name) != 0; }
  const std::string& path() const { return path_; }
  /// The tensor called `name`. If there is none, throws FormatError, which names the file and the nearest name in it.
  const TensorEntry& at(const std::string& name) const;
  /// An F32 or F64 tensor as T = float or double, on the CPU; converting F64 to float rounds to nearest. Throws
  /// FormatError if the name is missing or has another type.
  template <class T>
  Tensor<T> get(const std::string& name) const;
  /// The elements of an I64 or U64 tensor as T = i64 or u64; the type must match exactly. Throws FormatError.
  template <class T>
  std::vector<T> integers(const std::string& name) const;

 private:
  friend SafeTensors read_safetensors(const std::string& path);
  [[noreturn]] void wrong_type(const TensorEntry& entry, const char* wanted) const;

  std::string path_;
  std::shared_ptr<const std::vector<u8>> data_;
  std::vector<TensorEntry> entries_;
  std::map<std::string, std::size_t> index_;
  Metadata metadata_;
};

/// Reads and checks a whole file. Allocates no more than a small multiple of the file's size. Throws IoError if it
/// cannot be read. Throws FormatError, with the path and the fault, if the header is not strictly valid or larger than
/// 100 MB, a name is empty, repeated, longer than 4096 bytes or contains control characters, a rank is above 6, sizes
/// overflow, the tensors do not tile the data exactly, or the data do not match the checksum recorded in the file.
SafeTensors read_safetensors(const std::string& path);

struct SafeTensorsOptions {
  bool allow_nonfinite = false;  ///< allow NaN and infinity
  bool checksum = false;         ///< record the data's CRC-32 as metadata "libgan.crc32", which is verified on reading
};

/// Collects tensors and writes them all at once. Tensors are referenced, not copied: write() writes their contents at
/// that time.
class SafeTensorsWriter {
 public:
  /// Adds a tensor or a list of integers. Throws ValueError for a name that read_safetensors would reject, and for
  /// "__metadata__".
  template <class T>
  SafeTensorsWriter& add(const std::string& name, const Tensor<T>& tensor);
  SafeTensorsWriter& add(const std::string& name, std::span<const i64> values);
  SafeTensorsWriter& add(const std::string& name, std::span<const u64> values);
  /// Adds a metadata entry. Throws ValueError if either string is not UTF-8 or the key was already added.
  SafeTensorsWriter& metadata(const std::string& key, const std::string& value);

  /// Writes the file in the order of the reference writer: by type, then by name. At every moment, even after a loss of
  /// power, `path` holds the old file or the complete new one. Throws IoError with the path and the reason, and
  /// ValueError for values that are not finite, unless they are allowed.
  void write(const std::string& path, SafeTensorsOptions options = {}) const;

 private:
  struct Item {
    TensorEntry entry;
    std::shared_ptr<const void> memory;
  };
  void insert(TensorEntry entry, std::shared_ptr<const void> memory);

  std::map<std::string, Item> items_;
  Metadata metadata_;
};

extern template Tensor<float> SafeTensors::get(const std::string&) const;
extern template Tensor<double> SafeTensors::get(const std::string&) const;
extern template std::vector<i64> SafeTensors::integers(const std::string&) const;
extern template std::vector<u64> SafeTensors::integers(const std::string&) const;
extern template SafeTensorsWriter& SafeTensorsWriter::add(const std::string&, const Tensor<float>&);
extern template SafeTensorsWriter& SafeTensorsWriter::add(const std::string&, const Tensor<double>&);

}  // namespace gan::io
