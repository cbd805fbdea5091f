// Configuration files of programs: flat TOML (v1.0), one key for each flag. Options reads and writes them; this header
// has the functions underneath, and the comparison of two configurations.
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
      {};        ///< the number, true or false, or the text itself; for other types a description, such as "an array"
  i64 line = 0;  ///< counted from 1
};

/// The entries in the order of their lines. Messages refer to the text as `name`. Throws UsageError("name:line: ...")
/// for invalid TOML, such as a duplicate key.
std::vector<ConfigEntry> parse_config(std::string_view toml, const std::string& name);
/// The same for a file. Throws UsageError, also when `path` is not a regular file or is larger than 1 MiB.
std::vector<ConfigEntry> read_config(const std::string& path);

/// A value as TOML text: a double keeps its decimal point and reads back as the same number; an integer that does not
/// fit TOML's 64-bit signed integers becomes a quoted string. Throws UsageError for text that is not UTF-8.
std::string config_text(i64 value);
std::string config_text(u64 value);
std::string config_text(double value);
std::string config_text(bool value);
std::string config_text(std::string_view value);

/// A key whose value differs between two configurations.
struct ConfigDifference {
  std::string key, before, after;  ///< values as TOML text, empty where the key is absent
};

/// The keys that differ between two configurations, except the allowed ones; keys that only the second has come last,
/// and do not differ if they have the value that `defaults` gives them. Throws UsageError for invalid TOML.
std::vector<ConfigDifference> config_differences(std::string_view before, std::string_view after,
                                                 const std::vector<std::string>& allowed,
                                                 std::string_view defaults = {});
/// "--seed was 1 and is 2; --loss was not set and is "hinge"": for a message.
std::string to_string(const std::vector<ConfigDifference>& differences);

}  // namespace gan::app
