// gan completion: see app/gan_program.hpp.
#include <cstdio>

#include "gan/app/training.hpp"
#include "src/app/gan_program_parts.hpp"

namespace gan::app {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

template <class Flags>
std::string flags_of(Flags flags) {
  Options options("gan", "");
  flags.add_to(options);
  return joined(options.flags());
}

std::string training_flags(const models::SystemEntry& entry) {
  TrainingFlags flags;
  MeasureFlags measures;
  const auto own = entry.options();
  Options options("gan", "");
  flags.add_to(options);
  options.add_fields(own->fields());
  measures.add_to(options);
  return joined(options.flags());
}

}  // namespace

int completion(const std::string& shell) {
  if (shell != "bash") throw UsageError("there is completion for bash only, not for '" + shell + "'");
  std::vector<std::string> names;
  std::string cases;
  for (const auto& entry : models::systems()) {
    names.push_back(entry.name);
    cases += "      " + entry.name + ") words=\"" + training_flags(entry) + "\" ;;\n";
  }
  const std::string systems = joined(names);
  std::printf(
      "# Completion of the program gan for bash: source <(gan completion bash)\n"
      "_gan() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} words=\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    words=\"%s\"\n"
      "  elif [[ $current != -* ]]; then\n"
      "    case ${COMP_WORDS[1]}:$COMP_CWORD in\n"
      "      train:2|show:2) words=\"%s\" ;;\n"
      "      completion:2) words=bash ;;\n"
      "    esac\n"
      "  elif [ \"${COMP_WORDS[1]}\" = train ]; then\n"
      "    case ${COMP_WORDS[2]} in\n%s"
      "    esac\n"
      "  elif [ \"${COMP_WORDS[1]}\" = sample ]; then\n"
      "    words=\"%s\"\n"
      "  elif [ \"${COMP_WORDS[1]}\" = apply ]; then\n"
      "    words=\"%s\"\n"
      "  fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}\n"
      "complete -o default -F _gan gan\n",
      joined(command_names()).c_str(), systems.c_str(), cases.c_str(), flags_of(SampleFlags{}).c_str(), flags_of(ApplyFlags{}).c_str());
  return 0;
}

}  // namespace gan::app
