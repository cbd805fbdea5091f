// Parsing of flag values: one function for each type of variable.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "gan/app/config.hpp"
#include "gan/app/options.hpp"
#include "gan/core/error.hpp"
#include "gan/core/suggest.hpp"

namespace gan::app {
namespace {

template <class T>
std::string shown(T v) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, v).ptr};
}
std::string shown(double v) {  // 0.0002, not 2e-04
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, v, std::chars_format::general).ptr};
}

/// Parses all of `text`, or fails.
template <class T>
std::errc read(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error != std::errc() ? error : stop == end ? std::errc() : std::errc::invalid_argument;
}

template <class T, class Range>
void check_range(const std::string& name, T value, Range range) {
  const std::string fault = gan::detail::field_fault(name.c_str(), value, range);
  if (!fault.empty()) throw UsageError(fault);
}

std::string list_of(const std::vector<std::string>& choices) {
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : "|") + choice;
  return list;
}

std::size_t choice_of(const std::string& name, const std::string& text, const std::vector<std::string>& choices) {
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found == choices.end())
    throw UsageError(name + " cannot be '" + text + "'; did you mean '" + nearest(text, choices) + "'? It is one of " +
                     list_of(choices));
  return static_cast<std::size_t>(found - choices.begin());
}

}  // namespace

Options& Options::add_whole(const std::string& flag, const std::string& help, const std::string& limits, IntRange range,
                            std::function<i64()> load, std::function<void(i64)> store) {
  const auto set = [range, store = std::move(store)](const std::string& name, const std::string& text) {
    i64 number = 0;
    const std::errc error = read(text, number);
    if (error == std::errc::result_out_of_range) {
      const i64 near = text[0] == '-' ? range.min : range.max;
      throw UsageError(name + " " + text + " is out of range; the nearest is " + shown(near));
    }
    if (error != std::errc()) throw UsageError(name + " needs a whole number, not '" + text + "'");
    check_range(name, number, range);
    store(number);
  };
  const std::string value = shown(load());
  return insert(flag, "N",
                {.help = help,
                 .default_text = value,
                 .limits = limits,
                 .kind = Kind::whole,
                 .set = set,
                 .toml = [load = std::move(load)] { return config_text(load()); }});
}

Options& Options::add(const std::string& flag, i64& value, const std::string& help, IntRange range) {
  return add_whole(
      flag, help, gan::detail::limits_text(range), range, [&value] { return value; }, [&value](i64 v) { value = v; });
}

Options& Options::add(const std::string& flag, int& value, const std::string& help, IntRange range) {
  const std::string limits = gan::detail::limits_text(range);
  range.min = std::max<i64>(range.min, std::numeric_limits<int>::min());
  range.max = std::min<i64>(range.max, std::numeric_limits<int>::max());
  return add_whole(
      flag, help, limits, range, [&value] { return value; }, [&value](i64 v) { value = static_cast<int>(v); });
}

Options& Options::add(const std::string& flag, u64& value, const std::string& help) {
  const auto set = [&value](const std::string& name, const std::string& text) {
    u64 number = 0;
    if (read(text, number) != std::errc())
      throw UsageError(name + " needs a whole number from 0 to 2^64 - 1, not '" + text + "'");
    value = number;
  };
  return insert(
      flag, "N",
      {.help = help, .default_text = shown(value), .kind = Kind::unsigned_whole, .set = set, .toml = [&value] {
         return config_text(value);
       }});
}

Options& Options::add(const std::string& flag, double& value, const std::string& help, RealRange range) {
  const auto set = [&value, range](const std::string& name, const std::string& text) {
    double number = 0;
    if (read(text, number) != std::errc() || !std::isfinite(number))
      throw UsageError(name + " needs a finite number, not '" + text + "'");
    check_range(name, number, range);
    value = number;
  };
  return insert(flag, "X",
                {.help = help,
                 .default_text = shown(value),
                 .limits = gan::detail::limits_text(range),
                 .kind = Kind::real,
                 .set = set,
                 .toml = [&value] { return config_text(value); }});
}

Options& Options::add(const std::string& flag, std::string& value, const std::string& help,
                      std::vector<std::string> choices) {
  const std::string list = list_of(choices);
  const auto set = [&value, choices = std::move(choices)](const std::string& name, const std::string& text) {
    if (!choices.empty()) choice_of(name, text, choices);
    value = text;
  };
  return insert(flag, list.empty() ? "TEXT" : list.c_str(),
                {.help = help, .default_text = value, .set = set, .toml = [&value] {
                   return config_text(std::string_view(value));
                 }});
}

Options& Options::add_choice(const std::string& flag, const std::string& help, std::span<const char* const> names,
                             std::function<std::size_t()> load, std::function<void(std::size_t)> store) {
  const std::vector<std::string> choices(names.begin(), names.end());
  const auto set = [choices, store = std::move(store)](const std::string& name, const std::string& text) {
    store(choice_of(name, text, choices));
  };
  const std::string value = choices.at(load());
  return insert(flag, list_of(choices).c_str(),
                {.help = help, .default_text = value, .set = set, .toml = [choices, load = std::move(load)] {
                   return config_text(std::string_view(choices.at(load())));
                 }});
}

Options& Options::add(const std::string& flag, bool& value, const std::string& help) {
  const auto set = [&value](const std::string& name, const std::string& text) {
    if (text != "true" && text != "false") {
      const std::string choices[] = {"true", "false"};
      throw UsageError(name + " is true or false, not '" + text + "'; did you mean '" + nearest(text, choices) + "'?");
    }
    value = text == "true";
  };
  return insert(
      flag, "",
      {.help = help, .default_text = value ? "on" : "off", .kind = Kind::boolean, .set = set, .toml = [&value] {
         return config_text(value);
       }});
}

Options& Options::add_fields(const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    std::string flag = "--" + field.name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::visit(
        [&](const auto& value) {
          using V = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<V, Field::Choice>)
            add_choice(flag, field.help, value.names, value.get, value.set);
          else if constexpr (std::is_same_v<V, i64*> || std::is_same_v<V, int*>)
            add(flag, *value, field.help, field.whole);
          else if constexpr (std::is_same_v<V, double*>)
            add(flag, *value, field.help, field.real);
          else
            add(flag, *value, field.help);
        },
        field.value);
  }
  return *this;
}

}  // namespace gan::app
