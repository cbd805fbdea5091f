// Command lines of programs. The library itself never uses this.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::app {

/// Whole numbers that a flag takes, ends included.
struct IntRange {
  i64 min = std::numeric_limits<i64>::min();
  i64 max = std::numeric_limits<i64>::max();
};
/// Finite numbers that a flag takes, ends included.
struct RealRange {
  double min = -std::numeric_limits<double>::max();
  double max = std::numeric_limits<double>::max();
};

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
  /// other.
  Options& add(const std::string& flag, i64& value, const std::string& help, IntRange range = {});
  Options& add(const std::string& flag, int& value, const std::string& help, IntRange range = {});
  Options& add(const std::string& flag, u64& value, const std::string& help);
  Options& add(const std::string& flag, double& value, const std::string& help, RealRange range = {});
  Options& add(const std::string& flag, std::string& value, const std::string& help,
               std::vector<std::string> choices = {});
  Options& add(const std::string& flag, bool& value, const std::string& help);

  /// Sets the variables from "--name value" and "--name=value"; of a repeated flag the last counts. Prints to stdout
  /// and returns false after --help, -h or --version: the program is done. Throws UsageError that names the flag, and
  /// the nearest right flag or value, for anything that is not as declared.
  [[nodiscard]] bool parse(int argc, const char* const* argv);

  /// The text of --help: one aligned line per flag, with its default and range.
  std::string help() const;

 private:
  struct Flag {
    std::string name, value_name, help, default_text, limits;
    bool is_switch = false;
    std::function<void(const std::string& text)> set;
  };
  Options& insert(const std::string& flag, const char* value_name, Flag entry);
  Options& add_integer(const std::string& flag, const std::string& help, i64 value, IntRange range,
                       const std::string& limits, std::function<void(i64)> store);
  const Flag& find(const std::string& name) const;

  std::string program_, purpose_;
  std::vector<Flag> flags_;
};

/// Runs a program's body and turns what it throws into a message "name: error: ..." on stderr and an exit code: 2 for
/// UsageError, 3 for DataError and FormatError, 1 for everything else, also when stdout cannot be written. Otherwise
/// the code is what the body returned.
int run(int argc, char** argv, const std::function<int(int argc, char** argv)>& body);

}  // namespace gan::app
