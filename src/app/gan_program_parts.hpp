// The commands of the program gan: see app/gan_program.hpp.
#pragma once

#include <string>
#include <vector>

#include "gan/app/options.hpp"

namespace gan::app {

/// The words of a command line behind the name of a command: those before the first flag, and the flags.
struct Words {
  std::string command;
  std::vector<std::string> given;  ///< "runs/a", "in.png", "out.png"
  std::vector<std::string> flags;

  /// Reads the flags, in the way of Options::parse; false after --help.
  bool parse(Options& options) const;
};

/// The names of all commands.
std::vector<std::string> command_names();

int sample_run(const Words& words);
int apply_run(const Words& words);
int completion(const std::string& shell);

// The flags of commands, for the commands themselves and for completion.

struct SampleFlags {
  std::string out = "samples.png", text = {};
  i64 count = 64, label = -1;
  u64 seed = 1;
  void add_to(Options& options);
};
struct ApplyFlags {
  std::string ability = {}, mask = {}, text = {};
  i64 label = -1;
  u64 seed = 1;
  void add_to(Options& options);
};

}  // namespace gan::app
