// UTF-8 (RFC 3629).
#pragma once

#include <string>
#include <string_view>

#include "gan/core/shape.hpp"

namespace gan::io {

/// Whether the text is well-formed: no overlong form, no surrogate, nothing past U+10FFFF.
bool is_utf8(std::string_view text);
/// Appends a code point, at most U+10FFFF and no surrogate.
void append_utf8(std::string& out, u32 code);

}  // namespace gan::io
