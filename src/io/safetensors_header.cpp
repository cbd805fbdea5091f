// A parser for the subset of JSON that safetensors allows: two fixed levels, so no recursion.
#include "src/io/safetensors_header.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "src/io/utf8.hpp"

namespace gan::io {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Header header() {
    if (text_.empty() || text_[0] != '{') fault("the header does not begin with {");
    Header h;
    std::set<std::string> names;
    members([&](std::string key) {
      if (key == "__metadata__") {
        if (!names.insert(key).second) fault("__metadata__ appears twice");
        read_metadata(h.metadata);
        return;
      }
      if (const char* wrong = name_fault(key)) fault(std::string("a tensor's name ") + wrong);
      if (!names.insert(key).second) fault("tensor '" + key + "' appears twice");
      h.entries.push_back(read_entry(std::move(key)));
    });
    skip_space();
    if (at_ != text_.size()) fault("bytes follow the header's last }");
    return h;
  }

  [[noreturn]] void fault(const std::string& what) const {
    throw FormatError("[safetensors] " + path_ + ": " + what + " (header byte " + std::to_string(at_) + ")");
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  void expect(char c, const char* where) {
    skip_space();
    if (peek() != c || at_ == text_.size()) fault(std::string("expected ") + c + " " + where);
    ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  /// "{" key ":" value, ... "}"; `member(key)` reads the value.
  template <class F>
  void members(F member) {
    expect('{', "before an object");
    if (accept('}')) return;
    do {
      std::string key = string();
      expect(':', "after a key");
      member(std::move(key));
    } while (accept(','));
    expect('}', "after an object");
  }

  /// "[" number, ... "]" with at most `most` non-negative integers; `too_many` is the message if there are more.
  std::vector<u64> numbers(std::size_t most, const char* what, const char* too_many) {
    std::vector<u64> list;
    expect('[', "before a list");
    if (accept(']')) return list;
    do {
      if (list.size() == most) fault(too_many);
      list.push_back(number(what));
    } while (accept(','));
    expect(']', "after a list");
    return list;
  }

  u64 number(const char* what) {
    skip_space();
    const std::size_t begin = at_;
    u64 value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      if (__builtin_mul_overflow(value, u64{10}, &value) ||
          __builtin_add_overflow(value, static_cast<u64>(peek() - '0'), &value))
        fault(std::string("a number in ") + what + " overflows");
    }
    const char next = peek();
    if (at_ == begin || next == '.' || next == 'e' || next == 'E')
      fault(std::string(what) + " needs whole numbers from 0");
    if (text_[begin] == '0' && at_ - begin > 1) fault(std::string("a number in ") + what + " begins with 0");
    return value;
  }

  std::string string() {
    expect('"', "before a string");
    std::string out;
    for (;;) {
      if (at_ == text_.size()) fault("a string does not end");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) fault("a control character stands in a string");
      if (c == '\\')
        escape(out);
      else
        out += c;
    }
  }

  void escape(std::string& out) {
    const char c = peek();
    ++at_;
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return;
      case 'b':
        out += '\b';
        return;
      case 'f':
        out += '\f';
        return;
      case 'n':
        out += '\n';
        return;
      case 'r':
        out += '\r';
        return;
      case 't':
        out += '\t';
        return;
      case 'u':
        break;
      default:
        fault("an unknown escape in a string");
    }
    u32 code = four_digits();
    if (code >= 0xD800 && code < 0xDC00) {
      if (text_.substr(at_, 2) != "\\u") fault("half a surrogate pair");
      at_ += 2;
      const u32 low = four_digits();
      if (low < 0xDC00 || low > 0xDFFF) fault("half a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      fault("half a surrogate pair");
    }
    append_utf8(out, code);
  }

  u32 four_digits() {
    u32 code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) fault("\\u needs four hexadecimal digits");
      code = code << 4 | static_cast<u32>(digit);
    }
    return code;
  }

  void read_metadata(Metadata& metadata) {
    members([&](std::string key) {
      if (metadata.count(key) != 0) fault("a key of __metadata__ appears twice");
      metadata.emplace(std::move(key), string());
    });
  }

  HeaderEntry read_entry(std::string name) {
    HeaderEntry e{std::move(name), {}, {}, 0, 0};
    bool dtype = false, shape = false, offsets = false;
    members([&](const std::string& key) {
      bool& seen = key == "dtype" ? dtype : key == "shape" ? shape : offsets;
      if (&seen == &offsets && key != "data_offsets") fault("tensor '" + e.name + "' has an unknown field");
      if (seen) fault("tensor '" + e.name + "' has " + key + " twice");
      seen = true;
      if (key == "dtype") {
        e.dtype = read_dtype(e.name);
      } else if (key == "shape") {
        e.shape = read_shape(e.name);
      } else {
        const std::vector<u64> range = numbers(2, "data_offsets", "more than two data_offsets");
        if (range.size() != 2) fault("tensor '" + e.name + "' needs two data_offsets");
        e.begin = range[0];
        e.end = range[1];
      }
    });
    if (!dtype || !shape || !offsets)
      fault("tensor '" + e.name + "' has no " + (!dtype ? "dtype" : !shape ? "shape" : "data_offsets"));
    check_size(e);
    return e;
  }

  DType read_dtype(const std::string& name) {
    const std::string text = string();
    for (int i = 0; i <= static_cast<int>(DType::u64); ++i)
      if (text == to_string(static_cast<DType>(i))) return static_cast<DType>(i);
    fault("tensor '" + name + "' has an unknown dtype");
  }

  Shape read_shape(const std::string& name) {
    const std::vector<u64> list = numbers(Shape::max_rank, "shape", "a tensor's rank is above 6");
    i64 extents[Shape::max_rank];
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i] > static_cast<u64>(INT64_MAX)) fault("the shape of tensor '" + name + "' overflows");
      extents[i] = static_cast<i64>(list[i]);
    }
    try {
      return Shape(extents, static_cast<int>(list.size()));
    } catch (const ShapeError& e) { fault("the shape of tensor '" + name + "' overflows: " + e.what()); }
  }

  /// Checks the size against the offsets. An extent of 0 does not hide an overflow in the others.
  void check_size(const HeaderEntry& e) const {
    i64 bytes = size_of(e.dtype);
    bool empty = false;
    for (i64 extent : e.shape) {
      if (extent == 0)
        empty = true;
      else if (__builtin_mul_overflow(bytes, extent, &bytes))
        fault("the size of tensor '" + e.name + "' overflows");
    }
    if (e.begin > e.end) fault("the data_offsets of tensor '" + e.name + "' are reversed");
    if (e.end - e.begin != (empty ? 0 : static_cast<u64>(bytes)))
      fault("tensor '" + e.name + "' of shape " + gan::to_string(e.shape) + " does not fit its data_offsets");
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0;
};

}  // namespace

const char* name_fault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > max_name_bytes) return "is longer than 4096 bytes";
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    return "holds a control character";
  return is_utf8(name) ? nullptr : "is not UTF-8";
}

Header parse_header(std::string_view text, u64 data_size, const std::string& path) {
  Parser parser(text, path);
  if (!is_utf8(text)) parser.fault("the header is not UTF-8");
  Header h = parser.header();
  std::sort(h.entries.begin(), h.entries.end(), [](const HeaderEntry& a, const HeaderEntry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  const auto fault = [&path](const std::string& what) { throw FormatError("[safetensors] " + path + ": " + what); };
  u64 next = 0;
  for (const HeaderEntry& e : h.entries) {
    if (e.begin != next)
      fault("tensor '" + e.name + (e.begin > next ? "' leaves a gap before it" : "' overlaps another"));
    next = e.end;
  }
  if (next != data_size)
    fault("the tensors take " + std::to_string(next) + " bytes, but " + std::to_string(data_size) +
          " follow the header");
  return h;
}

}  // namespace gan::io
