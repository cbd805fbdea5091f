// See io/checkpoint.hpp.
#include "gan/io/checkpoint.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "gan/io/directory.hpp"
#include "src/io/file.hpp"

namespace gan::io {
namespace {

namespace fs = std::filesystem;
constexpr const char* op = "checkpoint";
constexpr std::string_view prefix = "round_", suffix = ".safetensors";

/// The round in "round_00000400.safetensors", or -1.
i64 round_of(const std::string& name) {
  if (name.size() <= prefix.size() + suffix.size() || name.compare(0, prefix.size(), prefix) != 0 ||
      name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
    return -1;
  const char* begin = name.data() + prefix.size();
  const char* end = name.data() + name.size() - suffix.size();
  i64 round = -1;
  const auto [stop, error] = std::from_chars(begin, end, round);
  return error == std::errc() && stop == end ? round : -1;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error) throw IoError("[checkpoint] " + folder + ": cannot be listed: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

CheckpointFolder::CheckpointFolder(std::string path) : path_(std::move(path)) {
  make_directory(path_);
  remove_unfinished(path_);
}

std::string CheckpointFolder::file_of(i64 round) const {
  std::string number = std::to_string(round);
  if (number.size() < 8) number.insert(0, 8 - number.size(), '0');
  return path_ + "/" + std::string(prefix) + number + std::string(suffix);
}

std::vector<i64> CheckpointFolder::rounds() const {
  std::vector<i64> found;
  for (const std::string& name : names_in(path_))
    if (const i64 round = round_of(name); round >= 0) found.push_back(round);
  std::sort(found.begin(), found.end());
  return found;
}

void CheckpointFolder::link(const std::string& name, i64 round) const {
  const std::string place = path_ + "/" + name, beside = place + ".tmp." + std::to_string(::getpid()) + ".0";
  const std::string target = file_of(round).substr(path_.size() + 1);
  ::unlink(beside.c_str());
  if (::symlink(target.c_str(), beside.c_str()) != 0) throw_io(op, place, "cannot be linked");
  if (::rename(beside.c_str(), place.c_str()) != 0) {
    const int reason = errno;
    ::unlink(beside.c_str());
    errno = reason;
    throw_io(op, place, "cannot be linked");
  }
}

i64 CheckpointFolder::best() const {
  std::error_code error;
  const fs::path target = fs::read_symlink(path_ + "/best.safetensors", error);
  return error ? -1 : round_of(target.filename().string());
}

void CheckpointFolder::write(const SafeTensorsWriter& checkpoint, i64 round, i64 keep, bool best_so_far) {
  checkpoint.write(file_of(round), {.checksum = true});
  link_and_prune(round, keep, best_so_far);
}

void CheckpointFolder::link_and_prune(i64 round, i64 keep, bool best_so_far) const {
  link("latest.safetensors", round);
  if (best_so_far) link("best.safetensors", round);
  const std::vector<i64> all = rounds();
  const i64 kept_best = best();
  const std::size_t spare = all.size() - std::min(all.size(), static_cast<std::size_t>(std::max<i64>(1, keep)));
  for (std::size_t i = 0; i < spare; ++i)
    if (all[i] != kept_best && all[i] != round) ::unlink(file_of(all[i]).c_str());
}

std::optional<CheckpointFolder::Found> CheckpointFolder::newest() const {
  const std::vector<i64> all = rounds();
  std::vector<std::string> damaged;
  for (std::size_t i = all.size(); i-- > 0;) {
    try {
      return Found{read_safetensors(file_of(all[i])), all[i], std::move(damaged)};
    } catch (const Error& e) { damaged.emplace_back(e.what()); }
  }
  if (all.empty()) return std::nullopt;
  std::string reasons;
  for (const std::string& reason : damaged) reasons += "\n  " + reason;
  throw FormatError("[checkpoint] " + path_ + ": no checkpoint is whole:" + reasons);
}

}  // namespace gan::io
