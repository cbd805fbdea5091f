// UTF-8 (RFC 3629).
#pragma once

#include <string>
#include <string_view>

#include "gan/core/shape.hpp"

namespace gan::io {

/// Whether the text is well-formed: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);
/// Appends a code point, which must be at most U+10FFFF and not a surrogate.
void append_utf8(std::string& out, u32 code);

}  // namespace gan::io
