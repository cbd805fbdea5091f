// Safetensors files made byte by byte.
#pragma once

#include "support/files.hpp"
#include "gan/io/safetensors.hpp"

namespace gan::test {

inline std::string length_bytes(u64 n) { return {reinterpret_cast<const char*>(&n), 8}; }
inline std::string file_of(const std::string& header, std::size_t data = 0) {
  return length_bytes(header.size()) + header + std::string(data, '\x3F');
}
/// A header with the one tensor "t".
inline std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"t\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
}
inline std::string f32(const std::string& name, const std::string& shape, const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

inline io::SafeTensors read(const std::string& bytes) {
  const std::string path = temporary("a.safetensors");
  write_file(path, bytes_of(bytes));
  return io::read_safetensors(path);
}

}  // namespace gan::test
