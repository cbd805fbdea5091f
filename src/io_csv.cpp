// CsvWriter.
#include "gan/io/csv.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "gan/core/error.hpp"
#include "io_file.hpp"

namespace gan::io {
namespace {

std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string text = "\"";
  for (char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

void append_number(std::string& line, double v) {
  if (std::isnan(v)) {  // without a sign, which differs between machines
    line += "nan";
    return;
  }
  char text[64];
  const bool whole = v == std::floor(v) && std::abs(v) < 1e15;
  const auto end = whole ? std::to_chars(text, text + sizeof text, v, std::chars_format::fixed)
                         : std::to_chars(text, text + sizeof text, v, std::chars_format::general, 9);
  line.append(text, end.ptr);
}

}  // namespace

CsvWriter::CsvWriter(std::string path, const std::vector<std::string>& columns)
    : path_(std::move(path)), columns_(columns.size()) {
  if (columns.empty()) throw ValueError("[csv] " + path_ + ": a table needs columns");
  std::string line;
  for (const std::string& name : columns) line += quoted(name) + ",";
  line.back() = '\n';
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) throw_io("csv", path_, "cannot be written");
  try {
    write(line);
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

void CsvWriter::write(const std::string& line) {
  write_all(file_, {reinterpret_cast<const u8*>(line.data()), line.size()}, "csv", path_);
}

}  // namespace gan::io
