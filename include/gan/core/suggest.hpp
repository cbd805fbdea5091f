// The nearest right spelling, for error messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gan {

/// The candidate that takes the fewest edits (insert, delete, replace, swap neighbours; a missing end counts as one;
/// case is ignored) to turn `text` into; the first of equals. Empty when there is no candidate.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

}  // namespace gan
