// See app/gan_program.hpp.
#include "gan/app/gan_program.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "gan/app/evaluation.hpp"
#include "gan/app/training.hpp"
#include "gan/config.hpp"
#include "gan/core/suggest.hpp"
#include "gan/models/trained.hpp"
#include "src/app/gan_program_parts.hpp"

namespace gan::app {
namespace {

Words words_of(int argc, char** argv) {
  Words words{.command = argv[1], .given = {}, .flags = {}};
  int i = 2;
  for (; i < argc && argv[i][0] != '-'; ++i) words.given.emplace_back(argv[i]);
  for (; i < argc; ++i) words.flags.emplace_back(argv[i]);
  return words;
}

const std::string& only(const Words& words, const char* what) {
  if (words.command != "evaluate" && !words.flags.empty())
    throw UsageError("gan " + words.command + " takes no " + words.flags.front());
  if (words.given.size() != 1)
    throw UsageError("gan " + words.command + " takes one " + what + ", not " + std::to_string(words.given.size()));
  return words.given[0];
}

const models::SystemEntry& system_named(const std::string& name) {
  try {
    return models::find_system(name);
  } catch (const ValueError& e) { throw UsageError(e.what()); }
}

std::string shown(const InputSpec& input) {
  std::string text;
  for (const std::string& part : part_names(input)) text += (text.empty() ? "" : ", ") + part;
  return text;
}

void show_abilities(const std::vector<std::pair<std::string, InputSpec>>& abilities) {
  for (const auto& [name, input] : abilities) std::printf("can %s: takes %s\n", name.c_str(), shown(input).c_str());
}

}  // namespace

bool Words::parse(Options& options) const {
  std::vector<const char*> argv{command.c_str()};
  for (const std::string& flag : flags) argv.push_back(flag.c_str());
  return options.parse(static_cast<int>(argv.size()), argv.data());
}

namespace {

int list_systems(const Words& words) {
  if (!words.given.empty() || !words.flags.empty()) throw UsageError("gan list takes no more words");
  std::size_t width = 0;
  for (const auto& system : models::systems()) width = std::max(width, system.name.size());
  for (const auto& system : models::systems())
    std::printf("%s%s%s\n", system.name.c_str(), std::string(width + 2 - system.name.size(), ' ').c_str(),
                system.purpose.c_str());
  return 0;
}

int show(const std::string& name) {
  std::error_code ignored;
  const bool is_system = std::any_of(models::systems().begin(), models::systems().end(),
                                     [&name](const models::SystemEntry& entry) { return entry.name == name; });
  if (!is_system && std::filesystem::exists(name, ignored)) {
    const models::Trained trained = load(name);
    std::printf("%s: a %s\n%s", name.c_str(), trained.model().c_str(), trained.options().c_str());
    std::vector<std::pair<std::string, InputSpec>> abilities;
    for (const std::string& ability : trained.abilities()) abilities.emplace_back(ability, trained.input(ability));
    show_abilities(abilities);
    return 0;
  }
  if (!is_system && name.find('/') != name.npos) throw UsageError(name + ": there is no such run");
  const models::SystemEntry& entry = system_named(name);
  const auto options = entry.options();
  const auto system = options->make();
  init(*system, 1);
  std::printf("%s: %s\n", entry.name.c_str(), entry.purpose.c_str());
  Options help(entry.name, entry.purpose);
  help.add_fields(options->fields());
  std::printf("%s", help.toml().c_str());
  std::vector<std::pair<std::string, InputSpec>> abilities;
  for (const Ability& ability : system->abilities()) abilities.emplace_back(ability.name, ability.input);
  show_abilities(abilities);
  std::printf("%s", models::describe(*system).c_str());
  return 0;
}

int train_system(const Words& words) {
  if (words.given.size() != 1) throw UsageError("gan train takes one system; gan list names them");
  const models::SystemEntry& entry = system_named(words.given[0]);
  TrainingFlags flags{.out = "runs/" + entry.name};
  flags.take(entry.options()->recipe());
  std::string program = "gan train " + entry.name;
  std::vector<std::string> all{program};
  all.insert(all.end(), words.flags.begin(), words.flags.end());
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  return train_program(static_cast<int>(argv.size()), argv.data(), entry, flags);
}

int evaluate_run(const Words& words) {
  std::vector<std::string> all{"gan evaluate"};
  if (!words.given.empty()) all.insert(all.end(), {"--run", only(words, "run")});
  all.insert(all.end(), words.flags.begin(), words.flags.end());
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  return evaluate(static_cast<int>(argv.size()), argv.data());
}

struct Command {
  const char *name, *arguments, *purpose;
  int (*run)(const Words& words);
};
constexpr Command commands[] = {
    {"list", "", "the systems that can be trained", list_systems},
    {"show", "SYSTEM|RUN", "options, data, abilities and parameters",
     [](const Words& words) { return show(only(words, "system or run")); }},
    {"train", "SYSTEM [--flags]", "trains a system", train_system},
    {"sample", "RUN [--flags]", "draws samples from a trained system", sample_run},
    {"apply", "RUN IN... OUT [--flags]", "translates, upscales, completes images: what the run can do", apply_run},
    {"evaluate", "RUN [--flags]", "tells how good the samples of a run are", evaluate_run},
    {"completion", "bash", "prints a script that completes commands, systems and flags",
     [](const Words& words) { return completion(only(words, "shell")); }},
};

std::string usage() {
  std::string text = "gan: trains and uses generative adversarial networks\n\nusage: gan COMMAND ...\n\n";
  for (const Command& c : commands) {
    std::string line = std::string("  ") + c.name + " " + c.arguments;
    line.resize(std::max<std::size_t>(line.size() + 2, 38), ' ');
    text += line + c.purpose + "\n";
  }
  return text + "\n`gan train SYSTEM --help` and the like list the flags.\n";
}

}  // namespace

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& c : commands) names.emplace_back(c.name);
  return names;
}

int gan_program(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "--help";
  if (command == "--help" || command == "-h" || command == "help") {
    std::fputs(usage().c_str(), stdout);
    return argc > 1 ? 0 : 2;
  }
  if (command == "--version") {
    std::printf("gan (libgan %s)\n", GAN_VERSION_STRING);
    return 0;
  }
  const Words words = words_of(argc, argv);
  for (const Command& c : commands)
    if (command == c.name) return c.run(words);
  throw UsageError("no such command '" + command.substr(0, 80) + "'; did you mean '" + nearest(command, command_names()) + "'?");
}

}  // namespace gan::app
