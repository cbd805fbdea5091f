// Figures over time as comma-separated values (RFC 4180).
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::io {

struct CsvOptions {
  /// Goes on with the file that is there: keeps the rows whose first column is at most this, drops those beyond and a
  /// last line that was cut off, as after a crash. Without it, or without a file, a new one is begun.
  std::optional<i64> keep_until = {};
  /// Of those it keeps the rows whose first column is a multiple of this, at least 1: not the row of an odd last round,
  /// which is no longer the last.
  i64 keep_every = 1;
};

/// A file of numbers under a header; each row reaches the file before row() returns. Holds no clock: the same run
/// writes the same bytes.
class CsvWriter {
 public:
  /// Replaces the file at `path` and writes the names of the columns, or goes on with it. Throws ValueError without
  /// columns and for a keep_every below 1, IoError with the path and the reason, and FormatError, leaving the file as
  /// it is, where it is to go on but has other columns or a line that is no row.
  CsvWriter(std::string path, const std::vector<std::string>& columns, CsvOptions options = {});
  CsvWriter(CsvWriter&& other) noexcept;
  CsvWriter& operator=(CsvWriter&& other) noexcept;
  ~CsvWriter();

  /// One row: whole numbers in full, others with nine significant digits, so that a float survives; a point for the
  /// decimals whatever the locale; nan, inf. Throws ValueError for another number of values than columns, IoError.
  void row(std::span<const double> values);
  void row(std::initializer_list<double> values) { row(std::span<const double>(values.begin(), values.size())); }

  /// Makes the rows so far survive a loss of power. Throws IoError.
  void synchronise();

  const std::string& path() const { return path_; }

 private:
  void write(const std::string& line);

  std::string path_;
  std::size_t columns_ = 0;
  int file_ = -1;
};

}  // namespace gan::io
