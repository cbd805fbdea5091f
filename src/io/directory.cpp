// See io/directory.hpp.
#include "gan/io/directory.hpp"

#include <filesystem>

#include "gan/core/error.hpp"

namespace gan::io {

void make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw IoError("[make_directory] " + path + ": cannot make this folder: " + error.message());
}

void make_directory_of(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) make_directory(folder.string());
}

}  // namespace gan::io
