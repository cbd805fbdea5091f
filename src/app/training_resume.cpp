// Resuming: see app/training.hpp.
#include <algorithm>
#include <filesystem>

#include "gan/app/config.hpp"
#include "gan/app/environment.hpp"
#include "gan/io/checkpoint.hpp"
#include "src/app/training_parts.hpp"

namespace gan::app::detail {
namespace {

namespace fs = std::filesystem;

/// The flags that may differ when a run is resumed. The data may have moved: a checkpoint has their checksum.
const std::vector<std::string> free_on_resume{"data",       "data-y", "captions", "out",     "epochs",
                                              "rounds",     "keep",   "threads",  "no-graph", "save-every"};

/// The configuration as recorded in a checkpoint: without paths and without flags that may differ.
std::string comparable(const std::string& toml) {
  std::string text;
  for (std::size_t begin = 0; begin < toml.size();) {
    const std::size_t end = std::min(toml.find('\n', begin), toml.size());
    const std::string line = toml.substr(begin, end - begin);
    const std::string key = line.substr(0, line.find(" ="));
    if (std::find(free_on_resume.begin(), free_on_resume.end(), key) == free_on_resume.end()) text += line + "\n";
    begin = end + 1;
  }
  return text;
}

std::string kernels(Device device) {
  const Environment e = environment();
  return "instruction set " + e.isa + ", " + e.blas + (device.is_cpu() ? "" : ", " + to_string(device));
}

std::string value_of(const io::Metadata& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : found->second;
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

}  // namespace

Recorded recorded(const Options& options, const std::string& model, Device device) {
  return {model, comparable(options.toml()), comparable(options.default_toml()), kernels(device)};
}

bool is_of_run(const std::string& resume, const std::string& out) {
  if (resume.empty() || resume == "auto") return !resume.empty();
  std::error_code error;
  const fs::path path = fs::weakly_canonical(resume, error), folder = fs::weakly_canonical(out, error);
  return path == folder || path.parent_path() == folder || path.parent_path().parent_path() == folder;
}

std::optional<io::SafeTensors> checkpoint_to_resume(const std::string& resume, const std::string& own,
                                                    const Note& note) {
  std::string folder = resume == "auto" ? own : resume;
  if (!is_folder(folder)) {
    try {
      return io::read_safetensors(folder);
    } catch (const IoError& e) { throw UsageError(std::string("--resume: ") + e.what()); }
  }
  if (is_folder(folder + "/checkpoints")) folder += "/checkpoints";
  auto found = io::CheckpointFolder::of_others(folder).newest();
  if (!found) {
    if (resume != "auto") throw UsageError("--resume " + resume + ": holds no checkpoint");
    note("no checkpoint in " + folder + ": beginning at round 0");
    return std::nullopt;
  }
  for (const std::string& why : found->damaged) note("passed over: " + why);
  return std::move(found->file);
}

void require_same(const io::SafeTensors& file, const Recorded& here, const Note& note) {
  const io::Metadata& made = file.metadata();
  const std::string config = value_of(made, "libgan.config"), model = value_of(made, "model");
  if (config.empty()) throw FormatError("--resume " + file.path() + ": is no checkpoint of a training program");
  if (model != here.model) throw UsageError("--resume " + file.path() + ": holds a " + model + ", not a " + here.model);
  std::vector<ConfigDifference> differences;
  try {
    differences = config_differences(config, here.config, free_on_resume, here.defaults);
  } catch (const UsageError& e) { throw FormatError("--resume " + file.path() + ": " + e.what()); }
  if (!differences.empty())
    throw UsageError("--resume " + file.path() + ": " + to_string(differences) +
                     "; a run goes on with its own options");
  if (const std::string kernels = value_of(made, "libgan.kernels"); kernels != here.kernels)
    note("the run was made with " + kernels + "; here it is " + here.kernels +
         ": its bits will not be those of a run that never stopped");
}

}  // namespace gan::app::detail
