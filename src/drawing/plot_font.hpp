// The font of plots: every glyph a few strokes on a grid.
#pragma once

#include <string_view>

namespace gan::drawing {

/// The strokes of a character, separated by spaces; each is a list of points of two digits: x from the left, and y
/// downwards from the top of the capitals (0) over that of small letters (2) and the baseline (6) to the foot of p (8).
std::string_view glyph(char character);

}  // namespace gan::drawing
