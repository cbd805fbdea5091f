// Option structs that name their fields. One visit() provides a program's flags, its configuration file, and the
// description of the model in a weights file:
//   struct DcganOptions {
//     i64 latent = 100;
//     template <class F>
//     void visit(F&& f) { f("latent", latent, "numbers in a latent vector", IntRange{1, 65536}); }
//   };
// A field is an i64, int, u64, double, float, bool, std::string, Shape, Vocabulary, or an enum whose values count from
// 0 and for which enum_names(E) returns their names in order. visit() is the only place that states a field's range:
// flags, configuration files, read_fields and, through require_fields, the constructors of models reject values outside
// it.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "gan/core/error.hpp"
#include "gan/core/shape.hpp"

namespace gan {

class Vocabulary;

/// The integers that a field or a flag accepts, ends included.
struct IntRange {
  i64 min = std::numeric_limits<i64>::min();
  i64 max = std::numeric_limits<i64>::max();
};
/// The finite numbers that a field or a flag accepts, ends included.
struct RealRange {
  double min = -std::numeric_limits<double>::max();
  double max = std::numeric_limits<double>::max();
};

namespace detail {
std::string field_text(i64 value);
std::string field_text(u64 value);
std::string field_text(double value);  ///< the shortest text that reads back as the same number
std::string field_text(float value);
std::string field_text(const Vocabulary& value);
std::string field_text(const Shape& value);  ///< "28 x 28 x 1"; "none" for a shape without axes
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
void parse_field(std::string_view text, float& value);
void parse_field(std::string_view text, Vocabulary& value);
void parse_field(std::string_view text, Shape& value);
void parse_field(std::string_view text, bool& value);
void parse_field(std::string_view text, std::string& value);
std::size_t parse_choice(std::string_view text, std::span<const char* const> names);
template <class E>
requires std::is_enum_v<E> void parse_field(std::string_view text, E& value) {
  value = static_cast<E>(parse_choice(text, enum_names(value)));
}

/// "1 to 9", "at least 1", "at most 9", or empty.
std::string limits_text(IntRange range);
std::string limits_text(RealRange range);

/// "latent is 0, but it must be 1 to 9; the nearest is 1", or empty if the value is within its range.
std::string field_fault(const char* name, i64 value, IntRange range);
std::string field_fault(const char* name, double value, RealRange range);
std::string choice_fault(const char* name, std::size_t index, std::span<const char* const> names);
/// The same, taking what visit() passes for a field: its help text and, where there is one, its range.
template <class V>
std::string field_fault(const char* name, const V& value) {
  if constexpr (std::is_enum_v<V>) return choice_fault(name, static_cast<std::size_t>(value), enum_names(value));
  if constexpr (std::is_same_v<V, double>) return field_fault(name, value, RealRange{});
  return {};
}
template <class V>
std::string field_fault(const char* name, const V& value, const char*) {
  return field_fault(name, value);
}
template <class V, class R>
std::string field_fault(const char* name, const V& value, const char*, R range) {
  return field_fault(name, value, range);
}

/// Splits lines "name = value", in any order, into names and values. Throws FormatError for any other line or a
/// repeated name.
std::vector<std::pair<std::string, std::string>> split_fields(std::string_view text);
/// Throws FormatError for the first name in `fields` that is not in `known`, suggesting the nearest.
void require_known_fields(const std::vector<std::pair<std::string, std::string>>& fields,
                          const std::vector<std::string>& known);
}  // namespace detail

/// One field of an option struct, whatever the struct: what a program needs to offer it as a flag.
struct Field {
  /// A field of an enum.
  struct Choice {
    std::span<const char* const> names;
    std::function<std::size_t()> get;
    std::function<void(std::size_t)> set;
  };
  std::string name, help;
  std::variant<i64*, int*, u64*, double*, bool*, std::string*, Choice> value;
  IntRange whole = {};  ///< of an i64 or an int
  RealRange real = {};  ///< of a double
};

/// The fields of a struct with visit(), which must outlive them.
template <class O>
std::vector<Field> fields_of(O& options) {
  std::vector<Field> fields;
  options.visit([&fields](const char* name, auto& value, const char* help, auto... range) {
    using V = std::remove_reference_t<decltype(value)>;
    Field field{.name = name, .help = help, .value = {}};
    if constexpr (std::is_enum_v<V>)
      field.value = Field::Choice{enum_names(value), [&value] { return static_cast<std::size_t>(value); },
                                  [&value](std::size_t index) { value = static_cast<V>(index); }};
    else
      field.value = &value;
    [[maybe_unused]] const auto limit = [&field](auto given) {
      if constexpr (std::is_same_v<decltype(given), IntRange>)
        field.whole = given;
      else
        field.real = given;
    };
    (limit(range), ...);
    fields.push_back(std::move(field));
  });
  return fields;
}

/// "latent = 100\nsize = 32\n": each field on its own line.
template <class O>
std::string write_fields(O options) {
  std::string text;
  options.visit([&text](const char* name, auto& value, auto&&...) {
    text += std::string(name) + " = " + detail::field_text(value) + "\n";
  });
  return text;
}

/// Throws ValueError "[op] latent is 0, but it must be 1 to 9; the nearest is 1" for the first field outside the range
/// that visit() states for it.
template <class O>
void require_fields(O options, const char* op) {
  options.visit([op](const char* name, auto& value, auto... about) {
    const std::string fault = detail::field_fault(name, value, about...);
    if (!fault.empty()) throw ValueError("[" + std::string(op) + "] " + fault);
  });
}

/// Reads options that write_fields wrote; fields missing from the text keep their values. Throws FormatError for an
/// unknown name, suggesting the nearest, and for a value that cannot be parsed or lies outside its field's range.
template <class O>
O read_fields(std::string_view text, O options = {}) {
  const auto fields = detail::split_fields(text);
  std::vector<std::string> known;
  options.visit([&](const char* name, auto& value, auto... about) {
    known.emplace_back(name);
    for (const auto& [key, content] : fields) {
      if (key != name) continue;
      try {
        detail::parse_field(content, value);
      } catch (const ValueError& e) { throw FormatError(std::string(name) + ": " + e.what()); }
      const std::string fault = detail::field_fault(name, value, about...);
      if (!fault.empty()) throw FormatError(fault);
    }
  });
  detail::require_known_fields(fields, known);
  return options;
}

}  // namespace gan
