// UTF-8 (RFC 3629).
#include "src/io/utf8.hpp"

namespace gan::io {

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i++);
    if (first < 0x80) continue;
    const int more = first >= 0xC2 && first <= 0xDF   ? 1
                     : (first & 0xF0) == 0xE0         ? 2
                     : first >= 0xF0 && first <= 0xF4 ? 3
                                                      : 0;
    if (more == 0) return false;
    const unsigned second = byte(i);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second > 0x8F))
      return false;
    for (int k = 0; k < more; ++k)
      if ((byte(i++) & 0xC0) != 0x80) return false;
  }
  return true;
}

void append_utf8(std::string& out, u32 code) {
  const auto put = [&out](u32 byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
  }
  if (code >= 0x800) put(0x80 | (code >> 6 & 0x3F));
  if (code >= 0x80) put(0x80 | (code & 0x3F));
}

}  // namespace gan::io
