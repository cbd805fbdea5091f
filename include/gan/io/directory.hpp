// Folders for what a run writes.
#pragma once

#include <string>

namespace gan::io {

/// Makes a folder and those above it, unless it is there. Throws IoError with the path and the reason.
void make_directory(const std::string& path);
/// Makes the folder that a file is to lie in, as that does.
void make_directory_of(const std::string& file);

}  // namespace gan::io
