// Reading a model out of a file that a training left: what all readers need.
#pragma once

#include <string>

#include "gan/core/error.hpp"
#include "gan/core/fields.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/nn/module.hpp"

namespace gan::models::detail {

/// A checkpoint, which holds the parts of a game, or else the generator alone.
inline bool is_checkpoint(const io::SafeTensors& file) { return file.metadata().count("libgan.checkpoint") != 0; }

/// Where a file keeps the generator: a checkpoint has it under its part of the game, averaged where that was done.
inline std::string generator_prefix(const io::SafeTensors& file) {
  if (!is_checkpoint(file)) return "";
  for (const io::TensorEntry& entry : file.entries())
    if (entry.name.starts_with("ema.")) return "ema.";
  return "G.";
}

/// A piece of the metadata; throws FormatError(missing) where it is not there.
inline const std::string& value_of(const io::SafeTensors& file, const std::string& key, const std::string& missing) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) throw FormatError(missing);
  return found->second;
}

/// What read() makes of a file; its errors name the file.
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
