// Options and the exit codes of programs.
#include "gan/app/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <new>
#include <string_view>

#include "gan/config.hpp"
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

/// Reads all of `text`, or fails.
template <class T>
std::errc read(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error != std::errc() ? error : stop == end ? std::errc() : std::errc::invalid_argument;
}

/// "1 to 9", "at least 1", "at most 9" or nothing.
template <class Range>
std::string limits_text(Range range) {
  const Range open;
  if (range.min > open.min && range.max < open.max) return shown(range.min) + " to " + shown(range.max);
  if (range.min > open.min) return "at least " + shown(range.min);
  return range.max < open.max ? "at most " + shown(range.max) : "";
}

template <class T, class Range>
void check_range(const std::string& name, T value, Range range) {
  if (value >= range.min && value <= range.max) return;
  const T near = value < range.min ? range.min : range.max;
  throw UsageError(name + " is " + shown(value) + ", but it must be " + limits_text(range) + "; the nearest is " +
                   shown(near));
}

std::string list_of(const std::vector<std::string>& choices) {
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : "|") + choice;
  return list;
}

}  // namespace

Options::Options(std::string program, std::string purpose)
    : program_(std::move(program)), purpose_(std::move(purpose)) {}

Options& Options::insert(const std::string& flag, const char* value_name, Flag entry) {
  const std::size_t space = flag.find(' ');
  entry.name = flag.substr(0, space);
  entry.value_name = space == std::string::npos ? value_name : flag.substr(space + 1);
  if (entry.name.size() < 3 || entry.name.compare(0, 2, "--") != 0)
    throw ValueError("[Options] the flag '" + flag + "' does not begin with --");
  for (const Flag& other : flags_)
    if (other.name == entry.name) throw ValueError("[Options] the flag " + entry.name + " was added twice");
  flags_.push_back(std::move(entry));
  return *this;
}

Options& Options::add_integer(const std::string& flag, const std::string& help, i64 value, IntRange range,
                              const std::string& limits, std::function<void(i64)> store) {
  const std::string name = flag.substr(0, flag.find(' '));
  const auto set = [name, range, store = std::move(store)](const std::string& text) {
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
  return insert(
      flag, "N",
      {.name = {}, .value_name = {}, .help = help, .default_text = shown(value), .limits = limits, .set = set});
}

Options& Options::add(const std::string& flag, i64& value, const std::string& help, IntRange range) {
  return add_integer(flag, help, value, range, limits_text(range), [&value](i64 v) { value = v; });
}

Options& Options::add(const std::string& flag, int& value, const std::string& help, IntRange range) {
  const std::string limits = limits_text(range);
  range.min = std::max<i64>(range.min, std::numeric_limits<int>::min());
  range.max = std::min<i64>(range.max, std::numeric_limits<int>::max());
  return add_integer(flag, help, value, range, limits, [&value](i64 v) { value = static_cast<int>(v); });
}

Options& Options::add(const std::string& flag, u64& value, const std::string& help) {
  const std::string name = flag.substr(0, flag.find(' '));
  const auto set = [name, &value](const std::string& text) {
    u64 number = 0;
    if (read(text, number) != std::errc())
      throw UsageError(name + " needs a whole number from 0 to 2^64 - 1, not '" + text + "'");
    value = number;
  };
  return insert(flag, "N",
                {.name = {}, .value_name = {}, .help = help, .default_text = shown(value), .limits = {}, .set = set});
}

Options& Options::add(const std::string& flag, double& value, const std::string& help, RealRange range) {
  const std::string name = flag.substr(0, flag.find(' '));
  const auto set = [name, &value, range](const std::string& text) {
    double number = 0;
    if (read(text, number) != std::errc() || !std::isfinite(number))
      throw UsageError(name + " needs a finite number, not '" + text + "'");
    check_range(name, number, range);
    value = number;
  };
  return insert(flag, "X",
                {.name = {},
                 .value_name = {},
                 .help = help,
                 .default_text = shown(value),
                 .limits = limits_text(range),
                 .set = set});
}

Options& Options::add(const std::string& flag, std::string& value, const std::string& help,
                      std::vector<std::string> choices) {
  const std::string name = flag.substr(0, flag.find(' '));
  const std::string list = list_of(choices);
  const auto set = [name, &value, choices = std::move(choices), list](const std::string& text) {
    if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
      throw UsageError(name + " cannot be '" + text + "'; did you mean '" + nearest(text, choices) +
                       "'? It is one of " + list);
    value = text;
  };
  return insert(flag, list.empty() ? "TEXT" : list.c_str(),
                {.name = {}, .value_name = {}, .help = help, .default_text = value, .limits = {}, .set = set});
}

Options& Options::add(const std::string& flag, bool& value, const std::string& help) {
  const std::string name = flag.substr(0, flag.find(' '));
  const auto set = [name, &value](const std::string& text) {
    if (text != "true" && text != "false") {
      const std::string choices[] = {"true", "false"};
      throw UsageError(name + " is true or false, not '" + text + "'; did you mean '" + nearest(text, choices) + "'?");
    }
    value = text == "true";
  };
  return insert(flag, "",
                {.name = {},
                 .value_name = {},
                 .help = help,
                 .default_text = value ? "on" : "off",
                 .limits = {},
                 .is_switch = true,
                 .set = set});
}

const Options::Flag& Options::find(const std::string& name) const {
  std::vector<std::string> names{"--help", "--version"};
  for (const Flag& f : flags_) {
    if (f.name == name) return f;
    names.push_back(f.name);
  }
  throw UsageError("unknown flag '" + name + "'; did you mean '" + nearest(name, names) + "'?");
}

bool Options::parse(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      std::fputs(help().c_str(), stdout);
      return false;
    }
    if (argument == "--version") {
      std::printf("%s (libgan %s)\n", program_.c_str(), GAN_VERSION_STRING);
      return false;
    }
    if (argument.empty() || argument[0] != '-') throw UsageError("unexpected argument '" + argument + "'; see --help");
    const std::size_t equals = argument.find('=');
    const Flag& flag = find(argument.substr(0, equals));
    if (equals != std::string::npos) {
      flag.set(argument.substr(equals + 1));
    } else if (flag.is_switch) {
      flag.set("true");
    } else if (i + 1 == argc || std::string_view(argv[i + 1]).substr(0, 2) == "--") {
      throw UsageError(flag.name + " needs a value: " + flag.name + " " + flag.value_name);
    } else {
      flag.set(argv[++i]);
    }
  }
  return true;
}

std::string Options::help() const {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const Flag& f : flags_) {
    std::string note = f.limits;
    if (!f.default_text.empty()) note = "default " + f.default_text + (note.empty() ? "" : "; " + note);
    lines.emplace_back(f.name + (f.is_switch ? "" : " " + f.value_name),
                       f.help + (note.empty() ? "" : " (" + note + ")"));
  }
  lines.emplace_back("--help", "show this text");
  lines.emplace_back("--version", "show the version");
  std::size_t width = 0;
  for (const auto& line : lines) width = std::max(width, line.first.size());
  std::string text = program_ + ": " + purpose_ + "\n\nusage: " + program_ + " [--flag VALUE | --flag=VALUE] ...\n\n";
  for (const auto& [flag, meaning] : lines)
    text += "  " + flag + std::string(width - flag.size() + 2, ' ') + meaning + "\n";
  return text;
}

int run(int argc, char** argv, const std::function<int(int, char**)>& body) {
  std::string name = argc > 0 ? argv[0] : "program";
  name.erase(0, name.rfind('/') + 1);
  const auto fail = [&name](int code, const std::string& message) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: error: %s\n", name.c_str(), message.c_str());
    return code;
  };
  try {
    const int code = body(argc, argv);
    return std::fflush(stdout) == 0 || code != 0 ? code : fail(1, "standard output cannot be written");
  } catch (const UsageError& e) {
    return fail(2, e.what() + std::string("\n(") + name + " --help lists the flags)");
  } catch (const DataError& e) { return fail(3, e.what()); } catch (const FormatError& e) {
    return fail(3, e.what());
  } catch (const std::bad_alloc&) { return fail(1, "out of memory"); } catch (const std::exception& e) {
    return fail(1, e.what());
  }
}

}  // namespace gan::app
