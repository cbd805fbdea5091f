// Structs of options that name their fields. One visit() gives a program its flags, its configuration file, and a
// weights file the record of what it holds:
//   struct DcganOptions {
//     i64 latent = 100;
//     template <class F> void visit(F&& f) { f("latent", latent, "numbers in a latent vector"); }
//   };
// A field is an i64, int, u64, double, bool, std::string, or an enum whose values count from 0 and for which
// enum_names(E) returns their names in order.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gan/core/error.hpp"

namespace gan {

namespace detail {
std::string field_text(i64 value);
std::string field_text(u64 value);
std::string field_text(double value);  ///< the shortest text that reads back as the same number
inline std::string field_text(int value) { return field_text(static_cast<i64>(value)); }
inline std::string field_text(bool value) { return value ? "true" : "false"; }
inline std::string field_text(const std::string& value) { return value; }
template <class E>
requires std::is_enum_v<E> std::string field_text(E value) {
  return std::string(enum_names(value)[static_cast<std::size_t>(value)]);
}

void parse_field(std::string_view text, i64& value);
void parse_field(std::string_view text, int& value);
void parse_field(std::string_view text, u64& value);
void parse_field(std::string_view text, double& value);
void parse_field(std::string_view text, bool& value);
void parse_field(std::string_view text, std::string& value);
std::size_t parse_choice(std::string_view text, std::span<const char* const> names);
template <class E>
requires std::is_enum_v<E> void parse_field(std::string_view text, E& value) {
  value = static_cast<E>(parse_choice(text, enum_names(value)));
}

/// The lines "name = value", in any order, as names and values. Throws FormatError for any other line or a name twice.
std::vector<std::pair<std::string, std::string>> split_fields(std::string_view text);
/// Throws FormatError about the first of `names` that is not among `known`, naming the nearest.
void require_known_fields(const std::vector<std::pair<std::string, std::string>>& fields,
                          const std::vector<std::string>& known);
}  // namespace detail

/// "latent = 100\nsize = 32\n": every field on a line of its own.
template <class O>
std::string write_fields(O options) {
  std::string text;
  options.visit([&text](const char* name, auto& value, auto&&...) {
    text += std::string(name) + " = " + detail::field_text(value) + "\n";
  });
  return text;
}

/// The options that write_fields wrote; fields that the text lacks keep their values. Throws FormatError for an unknown
/// name, naming the nearest, and for a value that does not read.
template <class O>
O read_fields(std::string_view text, O options = {}) {
  const auto fields = detail::split_fields(text);
  std::vector<std::string> known;
  options.visit([&](const char* name, auto& value, auto&&...) {
    known.emplace_back(name);
    for (const auto& [key, content] : fields) {
      if (key != name) continue;
      try {
        detail::parse_field(content, value);
      } catch (const ValueError& e) { throw FormatError(std::string(name) + ": " + e.what()); }
    }
  });
  detail::require_known_fields(fields, known);
  return options;
}

}  // namespace gan
