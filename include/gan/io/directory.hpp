// Folders for what a run writes.
#pragma once

#include <string>

namespace gan::io {

/// Makes a folder and those above it, unless it is there. Throws IoError with the path and the reason.
void make_directory(const std::string& path);

}  // namespace gan::io
