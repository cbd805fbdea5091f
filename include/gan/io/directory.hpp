// Folders for the output of a run.
#pragma once

#include <string>

namespace gan::io {

/// Creates a folder and its parents if they do not exist. Throws IoError with the path and the reason.
void make_directory(const std::string& path);
/// Creates the folder that will contain `file`. Throws as make_directory.
void make_directory_of(const std::string& file);

}  // namespace gan::io
