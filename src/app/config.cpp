// Configuration files. The only file that includes toml++.
#include "gan/app/config.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 1
// Some assertions of toml++ 3.3 fail for malformed input, such as "a. = 1", which the checks after them handle. Without
// NDEBUG they become these no-ops; with it clang would assume that they hold.
#undef NDEBUG
#define TOML_ASSERT(condition) static_assert(true)
// Its test for a blank marks as "unreachable" a branch that an accented letter outside quotes reaches: make it false.
#include <toml++/impl/preprocessor.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/forward_declarations.h>
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE __builtin_unreachable()
#include <toml++/toml.h>

#include "gan/core/error.hpp"
#include "src/io/file.hpp"
#include "src/io/utf8.hpp"

namespace gan::app {
namespace {

constexpr i64 largest_file = 1 << 20;
// toml++ frees nested tables recursively. It bounds the depth of brackets, but not that of dotted keys.
constexpr std::ptrdiff_t most_points = 2000;

template <class T>
std::string number_text(T value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

ConfigEntry entry_of(const toml::key& key, const toml::node& node) {
  ConfigEntry entry{.key = std::string(key.str()), .line = static_cast<i64>(key.source().begin.line)};
  const auto set = [&entry](ConfigType type, std::string value) {
    entry.type = type;
    entry.value = std::move(value);
  };
  if (const auto* whole = node.as_integer()) {
    set(ConfigType::integer, number_text(whole->get()));
  } else if (const auto* real = node.as_floating_point()) {
    set(ConfigType::real, config_text(real->get()));
  } else if (const auto* boolean = node.as_boolean()) {
    set(ConfigType::boolean, boolean->get() ? "true" : "false");
  } else if (const auto* text = node.as_string()) {
    set(ConfigType::text, text->get());
  } else {
    entry.value = node.is_table() ? "a table" : node.is_array() ? "an array" : "a date or time";
  }
  return entry;
}

std::string text_of(const ConfigEntry& entry) {
  return entry.type == ConfigType::text ? config_text(std::string_view(entry.value)) : entry.value;
}

const ConfigEntry* find(const std::vector<ConfigEntry>& entries, const std::string& key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ConfigEntry> parse_config(std::string_view toml, const std::string& name) {
  if (std::count(toml.begin(), toml.end(), '.') > most_points)
    throw UsageError(name + ": has more than " + std::to_string(most_points) + " points; this is no configuration");
  std::vector<ConfigEntry> entries;
  try {
    const toml::table table = toml::parse(toml);
    for (const auto& [key, node] : table) entries.push_back(entry_of(key, node));
  } catch (const toml::parse_error& e) {
    throw UsageError(name + ":" + std::to_string(e.source().begin.line) + ": " + std::string(e.description()));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const ConfigEntry& a, const ConfigEntry& b) { return a.line < b.line; });
  return entries;
}

std::vector<ConfigEntry> read_config(const std::string& path) {
  std::string text;
  try {
    text = io::read_file(path, largest_file, "config");
  } catch (const IoError& e) { throw UsageError(e.what()); }
  return parse_config(text, path);
}

std::string config_text(i64 value) { return number_text(value); }

std::string config_text(u64 value) {
  const std::string digits = number_text(value);
  return value <= static_cast<u64>(std::numeric_limits<i64>::max()) ? digits : '"' + digits + '"';
}

std::string config_text(double value) {
  char digits[40];  // general: 0.0002, not 2e-04
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general).ptr);
  if (text.find_first_of(".enif") == std::string::npos) text += ".0";  // nan and inf are valid TOML
  return text;
}

std::string config_text(bool value) { return value ? "true" : "false"; }

std::string config_text(std::string_view value) {
  if (!io::is_utf8(value)) throw UsageError("'" + std::string(value) + "' is not UTF-8: no configuration can hold it");
  std::string text = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7F) {
      constexpr char digits[] = "0123456789ABCDEF";
      text += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    } else {
      text += c;
    }
  }
  return text + '"';
}

std::vector<ConfigDifference> config_differences(std::string_view before, std::string_view after,
                                                 const std::vector<std::string>& allowed, std::string_view defaults) {
  const auto old_entries = parse_config(before, "the earlier configuration");
  const auto new_entries = parse_config(after, "this configuration");
  const auto default_entries = parse_config(defaults, "the defaults");
  const auto may_differ = [&](const std::string& key) {
    return std::find(allowed.begin(), allowed.end(), key) != allowed.end();
  };
  std::vector<ConfigDifference> differences;
  for (const ConfigEntry& was : old_entries) {
    const ConfigEntry* is = find(new_entries, was.key);
    const std::string now = is ? text_of(*is) : "";
    if (now != text_of(was) && !may_differ(was.key)) differences.push_back({was.key, text_of(was), now});
  }
  for (const ConfigEntry& is : new_entries) {
    if (find(old_entries, is.key) || may_differ(is.key)) continue;
    const ConfigEntry* by_default = find(default_entries, is.key);
    if (!by_default || text_of(*by_default) != text_of(is)) differences.push_back({is.key, "", text_of(is)});
  }
  return differences;
}

std::string to_string(const std::vector<ConfigDifference>& differences) {
  const auto value = [](const std::string& text) { return text.empty() ? "not set" : text; };
  std::string list;
  for (const ConfigDifference& d : differences)
    list += (list.empty() ? "--" : "; --") + d.key + " was " + value(d.before) + " and is " + value(d.after);
  return list;
}

}  // namespace gan::app
