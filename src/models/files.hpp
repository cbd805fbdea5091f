// Reading a model from a file written during training: code shared by all readers.
#pragma once

#include <string>

#include "gan/core/error.hpp"
#include "gan/core/fields.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/nn/module.hpp"

namespace gan::models::detail {

/// Whether the file is a checkpoint, with the parts of a game, rather than a generator alone.
inline bool is_checkpoint(const io::SafeTensors& file) { return file.metadata().count("libgan.checkpoint") != 0; }

/// Whether a checkpoint holds averages, as "ema.…".
inline bool has_average(const io::SafeTensors& file) {
  for (const io::TensorEntry& entry : file.entries())
    if (entry.name.starts_with("ema.")) return true;
  return false;
}

/// One entry of the metadata; throws FormatError(missing) if it is missing.
inline const std::string& value_of(const io::SafeTensors& file, const std::string& key, const std::string& missing) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) throw FormatError(missing);
  return found->second;
}

/// The result of read() for a file; its errors name the file.
template <class Read>
auto reading(const io::SafeTensors& file, Read read) {
  try {
    return read();
  } catch (const FormatError& e) {
    const std::string what = e.what();
    throw FormatError(what.starts_with(file.path()) ? what : file.path() + ": " + what);
  } catch (const ValueError& e) { throw FormatError(file.path() + ": the options of its model: " + e.what()); }
}

}  // namespace gan::models::detail
