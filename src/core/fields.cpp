// Option fields as text.
#include "gan/core/fields.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gan/core/suggest.hpp"
#include "gan/core/vocabulary.hpp"

namespace gan::detail {
namespace {

template <class T>
std::string number_text(T value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

template <class T>
T number(std::string_view text, const char* what) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) throw ValueError("'" + std::string(text.substr(0, 80)) + "' is no " + what);
  return value;
}

/// 0.0002, not 2e-04.
std::string shown(i64 value) { return number_text(value); }
std::string shown(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general).ptr};
}

template <class Range>
std::string limits(Range range) {
  const Range open;
  if (range.min > open.min && range.max < open.max) return shown(range.min) + " to " + shown(range.max);
  if (range.min > open.min) return "at least " + shown(range.min);
  return range.max < open.max ? "at most " + shown(range.max) : "";
}

template <class T, class Range>
std::string fault(const char* name, T value, Range range) {
  if (value >= range.min && value <= range.max) return {};
  return std::string(name) + " is " + shown(value) + ", but it must be " + limits(range) + "; the nearest is " +
         shown(value < range.min ? range.min : range.max);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::string field_text(i64 value) { return number_text(value); }
std::string field_text(u64 value) { return number_text(value); }
std::string field_text(double value) { return number_text(value); }
std::string field_text(const Vocabulary& value) { return value.text(); }
std::string field_text(float value) { return number_text(value); }
std::string field_text(const Shape& value) {
  std::string text;
  for (const i64 extent : value) text += (text.empty() ? "" : " x ") + number_text(extent);
  return text.empty() ? "none" : text;
}

void parse_field(std::string_view text, i64& value) { value = number<i64>(text, "whole number"); }
void parse_field(std::string_view text, int& value) { value = number<int>(text, "whole number"); }
void parse_field(std::string_view text, u64& value) { value = number<u64>(text, "whole number from 0"); }
void parse_field(std::string_view text, double& value) {
  const double v = number<double>(text, "number");
  if (!std::isfinite(v)) throw ValueError("'" + std::string(text.substr(0, 80)) + "' is not finite");
  value = v;
}
void parse_field(std::string_view text, float& value) {
  const float v = number<float>(text, "number");
  if (!std::isfinite(v)) throw ValueError("'" + std::string(text.substr(0, 80)) + "' is not finite");
  value = v;
}
void parse_field(std::string_view text, Shape& value) {
  std::vector<i64> extents;
  while (text != "none") {
    const std::size_t end = text.find(" x ");
    extents.push_back(number<i64>(text.substr(0, end), "extent"));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 3);
  }
  value = Shape(extents.data(), static_cast<int>(extents.size()), "parse_field");
}
void parse_field(std::string_view text, Vocabulary& value) { value = Vocabulary(std::string(text)); }
void parse_field(std::string_view text, bool& value) {
  if (text != "true" && text != "false")
    throw ValueError("'" + std::string(text.substr(0, 80)) + "' is neither true nor false");
  value = text == "true";
}
void parse_field(std::string_view text, std::string& value) { value = std::string(text); }

std::size_t parse_choice(std::string_view text, std::span<const char* const> names) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::vector<std::string> candidates(names.begin(), names.end());
  throw ValueError("there is no '" + std::string(text.substr(0, 80)) + "'; did you mean '" + nearest(text, candidates) +
                   "'?");
}

std::string limits_text(IntRange range) { return limits(range); }
std::string limits_text(RealRange range) { return limits(range); }

std::string field_fault(const char* name, i64 value, IntRange range) { return fault(name, value, range); }
std::string field_fault(const char* name, double value, RealRange range) {
  if (!std::isfinite(value)) return std::string(name) + " is " + shown(value) + ", but it must be finite";
  return fault(name, value, range);
}
std::string choice_fault(const char* name, std::size_t index, std::span<const char* const> names) {
  if (index < names.size()) return {};
  std::string list;
  for (const char* choice : names) list += (list.empty() ? "" : "|") + std::string(choice);
  return std::string(name) + " is number " + std::to_string(index) + ", but it must be one of " + list;
}

std::vector<std::pair<std::string, std::string>> split_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trimmed(line.substr(0, equals)).empty())
      throw FormatError("the line '" + std::string(line.substr(0, 80)) + "' is not 'name = value'");
    std::string name(trimmed(line.substr(0, equals)));
    for (const auto& field : fields)
      if (field.first == name) throw FormatError("'" + name + "' is there twice");
    fields.emplace_back(std::move(name), trimmed(line.substr(equals + 1)));
  }
  return fields;
}

void require_known_fields(const std::vector<std::pair<std::string, std::string>>& fields,
                          const std::vector<std::string>& known) {
  for (const auto& [name, value] : fields)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw FormatError("there is no option '" + name.substr(0, 80) + "'; did you mean '" + nearest(name, known) +
                        "'?");
}

}  // namespace gan::detail
