// Command lines and configuration files of programs. The library itself never uses this.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "gan/core/fields.hpp"

namespace gan::app {

struct ConfigEntry;

/// The flags of a program, each bound to a variable that initially holds its default.
///
///   i64 epochs = 25;
///   app::Options options("dcgan", "trains a DCGAN on images");
///   options.add("--epochs N", epochs, "passes over the data", {.min = 1});
///   if (!options.parse(argc, argv)) return 0;
class Options {
 public:
  Options(std::string program, std::string purpose);

  /// Adds a flag, spelt "--name" or "--name VALUE", where VALUE is the name of its value in the help. The variable must
  /// outlive parse(). A bool is set by "--name" alone or by "--name=true" and "--name=false". A string with choices
  /// accepts nothing else; an enum accepts its enum_names, as in core/fields.hpp.
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

  /// Adds a flag for every field of a struct with visit(), as in core/fields.hpp: --learning-rate sets learning_rate,
  /// in the range that visit() states. The struct must outlive parse().
  template <class O>
  Options& add_fields(O& fields) {
    return add_fields(fields_of(fields));
  }
  Options& add_fields(const std::vector<Field>& fields);

  /// Lets the flag added last appear without a value, which is then `value`: --resume for --resume=auto.
  Options& implicit_value(const std::string& value);
  /// Gives the flag added last a second name, "steps" for --steps, on the command line and in configuration files.
  /// toml() writes only the first name. Throws ValueError when a flag has that name already.
  Options& also_called(const std::string& name);
  /// Declares that the flag added last affects how to run, not what: toml() omits it and configuration files may not
  /// contain it.
  Options& not_in_config();

  /// Sets the variables from "--name value" and "--name=value"; the last occurrence of a flag counts. Every program has
  /// the flag "--config FILE": the file is applied before the other flags, whatever their order. On --help, -h or
  /// --version, prints to stdout and returns false: the program is done. Throws UsageError naming the flag, and the
  /// nearest valid flag or value, for anything that does not match the declarations. May be called again.
  [[nodiscard]] bool parse(int argc, const char* const* argv);
  /// Sets the variables from a strict TOML file, "batch-size = 64" for --batch-size 64. Throws UsageError with the
  /// file, the line, and the nearest valid key or value.
  void read_config(const std::string& path);

  /// The values of all flags as a configuration file, in the order in which they were added: reading it back gives the
  /// same values. Throws UsageError for text that is not UTF-8.
  std::string toml() const;
  /// The same with the defaults.
  std::string default_toml() const;
  /// All flags, "--epochs", with those that every program has.
  std::vector<std::string> flags() const;
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
    std::string default_toml = {};

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

/// Runs the body of a program and turns exceptions into a message "name: error: ..." on stderr and an exit code: 2 for
/// UsageError, 3 for DataError and FormatError, 1 for everything else, also when stdout cannot be written. Otherwise
/// returns the exit code of the body, such as 130 or 143 when a signal ended it; see app/signals.hpp.
int run(int argc, char** argv, const std::function<int(int argc, char** argv)>& body);

}  // namespace gan::app
