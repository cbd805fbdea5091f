// Configuration files of programs: flat TOML (v1.0), one key for each flag. Options reads and writes them; here is what
// lies below it, and what compares two of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::app {

enum class ConfigType { integer, real, boolean, text, other };

/// One "key = value" of a file.
struct ConfigEntry {
  std::string key;
  ConfigType type = ConfigType::other;
  std::string value =
      {};        ///< the number, true or false, or the text itself; of anything else what it is, such as "an array"
  i64 line = 0;  ///< counted from 1
};

/// The entries in the order of their lines. `name` stands for the text in messages. Throws UsageError("name:line: ...")
/// for what is no TOML, such as a key that is there twice.
std::vector<ConfigEntry> parse_config(std::string_view toml, const std::string& name);
/// The same of a file. Throws UsageError, also where `path` is no regular file or larger than 1 MiB.
std::vector<ConfigEntry> read_config(const std::string& path);

/// A value as TOML text: a double keeps its point and reads back as the same number; what does not fit TOML's 64-bit
/// signed integers is a quoted text. Throws UsageError for a text that is not UTF-8.
std::string config_text(i64 value);
std::string config_text(u64 value);
std::string config_text(double value);
std::string config_text(bool value);
std::string config_text(std::string_view value);

/// A key whose value is not the same in two configurations.
struct ConfigDifference {
  std::string key, before, after;  ///< values as TOML text, empty where the key is absent
};

/// The keys that differ between two configurations, but for the allowed ones: what only the second has comes last.
/// Throws UsageError for what is no TOML.
std::vector<ConfigDifference> config_differences(std::string_view before, std::string_view after,
                                                 const std::vector<std::string>& allowed);
/// "--seed was 1 and is 2; --loss was not set and is "hinge"": for a message.
std::string to_string(const std::vector<ConfigDifference>& differences);

}  // namespace gan::app
