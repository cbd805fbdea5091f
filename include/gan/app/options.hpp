// Command lines and configuration files of programs. The library itself never uses this.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "gan/core/fields.hpp"

namespace gan::app {

struct ConfigEntry;

/// The flags of a program, each bound to a variable that holds its default.
///
///   i64 epochs = 25;
///   app::Options options("dcgan", "trains a DCGAN on images");
///   options.add("--epochs N", epochs, "passes over the data", {.min = 1});
///   if (!options.parse(argc, argv)) return 0;
class Options {
 public:
  Options(std::string program, std::string purpose);

  /// A flag, spelt "--name" or "--name VALUE" where VALUE is what the help calls its value. The variable must outlive
  /// parse(). A bool is set by "--name" alone or by "--name=true" and "--name=false". A string with choices takes no
  /// other; an enum takes its enum_names, as in core/fields.hpp.
  Options& add(const std::string& flag, i64& value, const std::string& help, IntRange range = {});
  Options& add(const std::string& flag, int& value, const std::string& help, IntRange range = {});
  Options& add(const std::string& flag, u64& value, const std::string& help);
  Options& add(const std::string& flag, double& value, const std::string& help, RealRange range = {});
  Options& add(const std::string& flag, std::string& value, const std::string& help,
               std::vector<std::string> choices = {});
  Options& add(const std::string& flag, bool& value, const std::string& help);
  template <class E>
  requires std::is_enum_v<E> Options& add(const std::string& flag, E& value, const std::string& help) {
    return add_choice(
        flag, help, enum_names(value), [&value] { return static_cast<std::size_t>(value); },
        [&value](std::size_t index) { value = static_cast<E>(index); });
  }

  /// A flag for every field of a struct with visit(), as in core/fields.hpp: learning_rate is set by --learning-rate,
  /// in the range that visit() states. The struct must outlive parse().
  template <class O>
  Options& add_fields(O& fields) {
    fields.visit([this](const char* name, auto& value, const char* help, auto... range) {
      std::string flag = std::string("--") + name;
      std::replace(flag.begin(), flag.end(), '_', '-');
      this->add(flag, value, help, range...);
    });
    return *this;
  }

  /// The flag added last may stand without a value, which is then `value`: --resume for --resume=auto.
  Options& implicit_value(const std::string& value);
  /// The flag added last has a second spelling, "steps" for --steps, on the command line and in configuration files.
  /// toml() writes the first alone. Throws ValueError where a flag has that name.
  Options& also_called(const std::string& name);
  /// The flag added last says how to run, not what: toml() leaves it out and a configuration file may not hold it.
  Options& not_in_config();

  /// Sets the variables from "--name value" and "--name=value"; of a repeated flag the last counts. "--config FILE" is
  /// a flag of every program: what it holds comes first, whatever the order. Prints to stdout and returns false after
  /// --help, -h or --version: the program is done. Throws UsageError that names the flag, and the nearest right flag or
  /// value, for anything that is not as declared. May be called again.
  [[nodiscard]] bool parse(int argc, const char* const* argv);
  /// Sets the variables from a file of strict TOML, "batch-size = 64" for --batch-size 64. Throws UsageError with the
  /// file, the line, and the nearest right key or value.
  void read_config(const std::string& path);

  /// The values of all flags as a configuration file, in the order in which they were added: reading it gives the same
  /// values. Throws UsageError for a text that is not UTF-8.
  std::string toml() const;
  /// The text of --help: one aligned line per flag, with its default and range.
  std::string help() const;

 private:
  enum class Kind { whole, unsigned_whole, real, boolean, text };
  struct Flag {
    std::string name = {}, value_name = {}, help = {}, default_text = {}, limits = {};
    std::string second_name = {};  // empty: none
    Kind kind = Kind::text;
    bool in_config = true;
    std::optional<std::string> implicit_value = {};
    std::function<void(const std::string& called, const std::string& text)> set = {};  // called: its name in messages
    std::function<std::string()> toml = {};

    bool is_switch() const { return kind == Kind::boolean; }
    bool is_called(const std::string& flag) const { return flag == name || (!flag.empty() && flag == second_name); }
  };
  Options& insert(const std::string& flag, const char* value_name, Flag entry);
  Options& add_whole(const std::string& flag, const std::string& help, const std::string& limits, IntRange range,
                     std::function<i64()> load, std::function<void(i64)> store);
  Options& add_choice(const std::string& flag, const std::string& help, std::span<const char* const> names,
                      std::function<std::size_t()> load, std::function<void(std::size_t)> store);
  void require_free(const std::string& name) const;
  Flag& last();
  const Flag& find(const std::string& name) const;
  void set(const ConfigEntry& entry) const;
  static const Flag& config_flag();

  std::string program_, purpose_;
  std::vector<Flag> flags_;
};

/// Runs a program's body and turns what it throws into a message "name: error: ..." on stderr and an exit code: 2 for
/// UsageError, 3 for DataError and FormatError, 1 for everything else, also when stdout cannot be written. Otherwise
/// the code is what the body returned: 130 or 143 where a signal ended it, see app/signals.hpp.
int run(int argc, char** argv, const std::function<int(int argc, char** argv)>& body);

}  // namespace gan::app
