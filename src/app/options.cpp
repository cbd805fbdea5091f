// Options: command line, configuration file, help.
#include "gan/app/options.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "gan/app/config.hpp"
#include "gan/config.hpp"
#include "gan/core/error.hpp"
#include "gan/core/suggest.hpp"

namespace gan::app {
namespace {

constexpr const char* key_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";  // bare in TOML

/// The type of an entry of a file, for "not ...".
std::string described(const ConfigEntry& entry) {
  switch (entry.type) {
    case ConfigType::integer:
      return "the whole number " + entry.value;
    case ConfigType::real:
      return "the number " + entry.value;
    case ConfigType::boolean:
      return entry.value;
    case ConfigType::text:
      return "the text '" + entry.value.substr(0, 80) + "'";
    case ConfigType::other:
      return entry.value;
  }
  return entry.value;
}

}  // namespace

Options::Options(std::string program, std::string purpose)
    : program_(std::move(program)), purpose_(std::move(purpose)) {}

void Options::require_free(const std::string& name) const {
  if (name.size() < 3 || name.compare(0, 2, "--") != 0)
    throw ValueError("[Options] the flag '" + name + "' does not begin with --");
  if (name.find_first_not_of(key_letters) != std::string::npos)
    throw ValueError("[Options] the flag '" + name + "' has more than letters, digits and dashes");
  for (const char* own : {"--help", "--version", "--config"})
    if (name == own) throw ValueError("[Options] every program has a flag " + name + " of its own");
  for (const Flag& other : flags_)
    if (other.is_called(name)) throw ValueError("[Options] the flag " + name + " was added twice");
}

Options& Options::insert(const std::string& flag, const char* value_name, Flag entry) {
  const std::size_t space = flag.find(' ');
  entry.name = flag.substr(0, space);
  entry.value_name = space == std::string::npos ? value_name : flag.substr(space + 1);
  require_free(entry.name);
  entry.default_toml = entry.toml();
  flags_.push_back(std::move(entry));
  return *this;
}

Options::Flag& Options::last() {
  if (flags_.empty()) throw ValueError("[Options] no flag was added yet");
  return flags_.back();
}

Options& Options::implicit_value(const std::string& value) {
  last().implicit_value = value;
  return *this;
}

Options& Options::also_called(const std::string& name) {
  require_free("--" + name);
  last().second_name = "--" + name;
  return *this;
}

Options& Options::not_in_config() {
  last().in_config = false;
  return *this;
}

const Options::Flag& Options::config_flag() {
  static const Flag flag{
      .name = "--config", .value_name = "FILE", .help = "take flags from this TOML file; those given beside it win"};
  return flag;
}

const Options::Flag& Options::find(const std::string& name) const {
  if (name == config_flag().name) return config_flag();
  std::vector<std::string> names{"--help", "--version", config_flag().name};
  for (const Flag& f : flags_) {
    if (f.is_called(name)) return f;
    names.push_back(f.name);
  }
  throw UsageError("unknown flag '" + name + "'; did you mean '" + nearest(name, names) + "'?");
}

bool Options::parse(int argc, const char* const* argv) {
  std::vector<std::pair<const Flag*, std::string>> given;
  std::optional<std::string> config;
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
    const bool value_follows = i + 1 < argc && std::string_view(argv[i + 1]).substr(0, 2) != "--";
    std::string value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (flag.is_switch()) {
      value = "true";
    } else if (value_follows) {
      value = argv[++i];
    } else if (flag.implicit_value) {
      value = *flag.implicit_value;
    } else {
      throw UsageError(flag.name + " needs a value: " + flag.name + " " + flag.value_name);
    }
    if (&flag != &config_flag()) {
      given.emplace_back(&flag, value);
    } else if (config) {
      throw UsageError("--config was given twice");
    } else {
      config = value;
    }
  }
  if (config) read_config(*config);
  for (const auto& [flag, value] : given) flag->set(flag->name, value);
  return true;
}

void Options::read_config(const std::string& path) {
  std::vector<std::string> keys;
  for (const ConfigEntry& entry : app::read_config(path)) {
    try {
      for (const Flag& flag : flags_)
        for (const std::string& key : keys)
          if (flag.is_called("--" + entry.key) && flag.is_called("--" + key))
            throw UsageError(entry.key + " is another name of " + key + ", which is there already");
      keys.push_back(entry.key);
      set(entry);
    } catch (const UsageError& e) { throw UsageError(path + ":" + std::to_string(entry.line) + ": " + e.what()); }
  }
}

void Options::set(const ConfigEntry& entry) const {
  std::vector<std::string> keys;
  for (const Flag& flag : flags_) {
    if (flag.in_config) keys.push_back(flag.name.substr(2));
    if (!flag.is_called("--" + entry.key)) continue;
    const std::string& key = entry.key;
    if (!flag.in_config) throw UsageError("'" + key + "' is for the command line, not for a configuration file");
    const auto need = [&](std::initializer_list<ConfigType> types, const char* what) {
      if (std::find(types.begin(), types.end(), entry.type) == types.end())
        throw UsageError(key + " needs " + what + ", not " + described(entry));
    };
    switch (flag.kind) {
      case Kind::whole:
        need({ConfigType::integer}, "a whole number");
        break;
      case Kind::unsigned_whole:  // above 2^63 - 1, TOML's maximum, it is a string
        need({ConfigType::integer, ConfigType::text}, "a whole number");
        break;
      case Kind::real:
        need({ConfigType::integer, ConfigType::real}, "a number");
        break;
      case Kind::boolean:
        need({ConfigType::boolean}, "true or false");
        break;
      case Kind::text:
        need({ConfigType::text}, "a text in quotes");
        break;
    }
    return flag.set(key, entry.value);
  }
  throw UsageError("no such key '" + entry.key.substr(0, 80) + "'" +
                   (keys.empty() ? "" : "; did you mean '" + nearest(entry.key, keys) + "'?"));
}

std::string Options::toml() const {
  std::string text;
  for (const Flag& flag : flags_)
    if (flag.in_config) text += flag.name.substr(2) + " = " + flag.toml() + "\n";
  return text;
}

std::string Options::default_toml() const {
  std::string text;
  for (const Flag& flag : flags_)
    if (flag.in_config) text += flag.name.substr(2) + " = " + flag.default_toml + "\n";
  return text;
}

std::vector<std::string> Options::flags() const {
  std::vector<std::string> names;
  for (const Flag& flag : flags_) names.push_back(flag.name);
  names.insert(names.end(), {config_flag().name, "--help", "--version"});
  return names;
}

std::string Options::help() const {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const Flag& f : flags_) {
    std::string note = f.limits;
    if (!f.default_text.empty()) note = "default " + f.default_text + (note.empty() ? "" : "; " + note);
    if (!f.second_name.empty()) note += (note.empty() ? "also " : "; also ") + f.second_name;
    const std::string value = f.implicit_value ? "[" + f.value_name + "]" : f.value_name;
    lines.emplace_back(f.name + (value.empty() ? "" : " " + value), f.help + (note.empty() ? "" : " (" + note + ")"));
  }
  lines.emplace_back(config_flag().name + " " + config_flag().value_name, config_flag().help);
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
