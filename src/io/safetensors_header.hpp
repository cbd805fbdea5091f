// The JSON header of a safetensors file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gan/io/safetensors.hpp"

namespace gan::io {

constexpr u64 max_header_bytes = 100'000'000;
constexpr std::size_t max_name_bytes = 4096;

/// A tensor as described by the header: bytes [begin, end) of the data.
struct HeaderEntry {
  std::string name;
  DType dtype;
  Shape shape;
  u64 begin, end;
};

struct Header {
  std::vector<HeaderEntry> entries;  ///< sorted by (begin, end, name)
  Metadata metadata;
};

/// Why a tensor cannot have this name, or nullptr if it can.
const char* name_fault(std::string_view name);

/// Parses and checks a header for `data_size` bytes of data. Throws FormatError("[safetensors] path: fault").
Header parse_header(std::string_view text, u64 data_size, const std::string& path);

}  // namespace gan::io
