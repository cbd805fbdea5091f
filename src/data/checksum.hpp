// Checksums of data: CRC-32 as eight hexadecimal digits.
#pragma once

#include <zlib.h>

#include <cstdio>
#include <initializer_list>
#include <string>

#include "gan/core/shape.hpp"

namespace gan::data {

class Checksum {
 public:
  void add(const void* bytes, std::size_t n) {
    if (n > 0) crc_ = ::crc32_z(crc_, static_cast<const Bytef*>(bytes), n);  // a null pointer would reset it
  }
  void add(const Shape& shape) {
    for (const i64 extent : shape) add(&extent, sizeof extent);
  }
  void add(const std::string& text) { add(text.data(), text.size()); }
  std::string text() const {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08lx", static_cast<unsigned long>(crc_));
    return digits;
  }

 private:
  uLong crc_ = ::crc32_z(0, nullptr, 0);
};

/// The checksum of several texts, such as those of the sources that a source is made of, and its options.
inline std::string checksum_of(std::initializer_list<std::string> texts) {
  Checksum sum;
  for (const std::string& text : texts) sum.add(text.c_str(), text.size() + 1);  // with the 0 that ends it
  return sum.text();
}

}  // namespace gan::data
