// CsvWriter.
#include "gan/io/csv.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "gan/core/error.hpp"
#include "src/io/file.hpp"

namespace gan::io {
namespace {

std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string text = "\"";
  for (char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

void append_number(std::string& line, double v) {
  if (std::isnan(v)) {  // no sign, since it differs between machines
    line += "nan";
    return;
  }
  char text[64];
  const bool whole = v == std::floor(v) && std::abs(v) < 1e15;
  const auto end = whole ? std::to_chars(text, text + sizeof text, v, std::chars_format::fixed)
                         : std::to_chars(text, text + sizeof text, v, std::chars_format::general, 9);
  line.append(text, end.ptr);
}

/// The names in the first line of a table; a quoted name may span several lines.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names(1);
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && inside && i + 1 < text.size() && text[i + 1] == '"') {
      names.back() += text[i++];
    } else if (text[i] == '"') {
      inside = !inside;
    } else if (text[i] == ',' && !inside) {
      names.emplace_back();
    } else if (text[i] == '\n' && !inside) {
      break;
    } else {
      names.back() += text[i];
    }
  }
  return names;
}

[[noreturn]] void refuse_header(std::string_view text, const std::vector<std::string>& columns,
                                const std::string& path) {
  const std::vector<std::string> names = names_in(text);
  for (std::size_t i = 0; i < std::min(names.size(), columns.size()); ++i)
    if (names[i] != columns[i])
      throw FormatError("[csv] " + path + ": column " + std::to_string(i + 1) + " is '" + names[i].substr(0, 80) +
                        "', not '" + columns[i] + "'; move the file away to begin a new one");
  throw FormatError("[csv] " + path + ": has " + std::to_string(names.size()) + " columns, not " +
                    std::to_string(columns.size()) + "; move the file away to begin a new one");
}

/// The part of a table under `header` that ends with round `last`, with the rows of every `every`-th round; empty if
/// even the header is incomplete.
std::string kept_part(const std::string& text, const std::string& header, i64 last, i64 every,
                      const std::vector<std::string>& columns, const std::string& path) {
  if (header.starts_with(text) && text != header) return {};
  if (!text.starts_with(header)) refuse_header(text, columns, path);
  std::string kept = header;
  std::size_t begin = header.size(), number = 2;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1, ++number) {
    const std::string_view row = std::string_view(text).substr(begin, end + 1 - begin);
    const auto commas = static_cast<std::size_t>(std::count(row.begin(), row.end(), ','));
    double round = 0;
    const auto [stop, error] = std::from_chars(row.data(), row.data() + row.size(), round);
    if (commas + 1 != columns.size() || error != std::errc() || (*stop != ',' && *stop != '\n'))
      throw FormatError("[csv] " + path + ": line " + std::to_string(number) + " is no row of " +
                        std::to_string(columns.size()) + " numbers; move the file away to begin a new one");
    if (round <= static_cast<double>(last) && std::fmod(round, static_cast<double>(every)) == 0) kept += row;
  }
  return kept;
}

}  // namespace

CsvWriter::CsvWriter(std::string path, const std::vector<std::string>& columns, CsvOptions options)
    : path_(std::move(path)), columns_(columns.size()) {
  if (columns.empty()) throw ValueError("[csv] " + path_ + ": a table needs columns");
  if (options.keep_every < 1) throw ValueError("[csv] " + path_ + ": keep_every must be at least 1");
  std::string header;
  for (const std::string& name : columns) header += quoted(name) + ",";
  header.back() = '\n';
  std::string kept;
  if (struct stat status{}; options.keep_until && ::stat(path_.c_str(), &status) == 0) {
    const std::string text = read_file(path_, std::numeric_limits<i64>::max(), "csv");
    kept = kept_part(text, header, *options.keep_until, options.keep_every, columns, path_);
    if (!kept.empty() && kept != text)
      replace_file(path_, {{reinterpret_cast<const u8*>(kept.data()), kept.size()}}, Durability::process, "csv");
  }
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (kept.empty() ? O_TRUNC : 0), 0666);
  if (file_ < 0) throw_io("csv", path_, "cannot be written");
  try {
    if (kept.empty()) write(header);
  } catch (...) {
    ::close(file_);
    throw;
  }
}

CsvWriter::CsvWriter(CsvWriter&& other) noexcept
    : path_(std::move(other.path_)), columns_(other.columns_), file_(std::exchange(other.file_, -1)) {}

CsvWriter& CsvWriter::operator=(CsvWriter&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(columns_, other.columns_);
  std::swap(file_, other.file_);
  return *this;
}

CsvWriter::~CsvWriter() {
  if (file_ >= 0) ::close(file_);
}

void CsvWriter::row(std::span<const double> values) {
  if (values.size() != columns_)
    throw ValueError("[csv] " + path_ + ": " + std::to_string(values.size()) + " values for " +
                     std::to_string(columns_) + " columns");
  std::string line;
  for (double v : values) {
    append_number(line, v);
    line += ',';
  }
  line.back() = '\n';
  write(line);
}

void CsvWriter::synchronise() {
  if (::fsync(file_) != 0) throw_io("csv", path_, "cannot be synchronised");
}

void CsvWriter::write(const std::string& line) {
  write_all(file_, {reinterpret_cast<const u8*>(line.data()), line.size()}, "csv", path_);
}

}  // namespace gan::io
