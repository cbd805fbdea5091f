// Metrics over time as comma-separated values (RFC 4180).
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::io {

struct CsvOptions {
  /// Continues the existing file: keeps the rows whose first column is at most this, and drops the rows beyond it and a
  /// last line that was cut off, for example by a crash. If this is not set, or there is no file, a new file is
  /// started.
  std::optional<i64> keep_until = {};
  /// Of those rows, keeps only the ones whose first column is a multiple of this, at least 1. This drops the row of an
  /// odd last round that is no longer the last.
  i64 keep_every = 1;
};

/// A file of numbers under a header; each row reaches the file before row() returns. No timestamps are written: the
/// same run writes the same bytes.
class CsvWriter {
 public:
  /// Replaces the file at `path` and writes the column names, or continues the existing file. Throws ValueError if
  /// there are no columns or keep_every is below 1, IoError with the path and the reason, and FormatError, leaving the
  /// file unchanged, if the file to continue has other columns or a line that is not a valid row.
  CsvWriter(std::string path, const std::vector<std::string>& columns, CsvOptions options = {});
  CsvWriter(CsvWriter&& other) noexcept;
  CsvWriter& operator=(CsvWriter&& other) noexcept;
  ~CsvWriter();

  /// Writes one row: integers in full, other numbers with nine significant digits, so that a float survives; a decimal
  /// point in every locale; nan and inf. Throws ValueError if the number of values is not the number of columns, and
  /// IoError.
  void row(std::span<const double> values);
  void row(std::initializer_list<double> values) { row(std::span<const double>(values.begin(), values.size())); }

  /// Makes the rows written so far survive a loss of power. Throws IoError.
  void synchronise();

  const std::string& path() const { return path_; }

 private:
  void write(const std::string& line);

  std::string path_;
  std::size_t columns_ = 0;
  int file_ = -1;
};

}  // namespace gan::io
