// The nearest correct spelling, for error messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gan {

/// The candidate that `text` reaches with the fewest edits (insert, delete, replace, swap neighbours); the first in
/// case of a tie. A truncated candidate counts as one edit; case is ignored. Empty if there are no candidates.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

}  // namespace gan
