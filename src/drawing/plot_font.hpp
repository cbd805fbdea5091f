// The font of plots: every glyph consists of a few strokes on a grid.
#pragma once

#include <string_view>

namespace gan::drawing {

/// The strokes of a character, separated by spaces. Each is a list of points of two digits: x from the left, and y
/// downwards from the top of capital letters (0), past the top of small letters (2) and the baseline (6), to the bottom
/// of p (8).
std::string_view glyph(char character);

}  // namespace gan::drawing
