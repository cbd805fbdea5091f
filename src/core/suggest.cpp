// The nearest correct spelling.
#include "gan/core/suggest.hpp"

#include <algorithm>
#include <vector>

namespace gan {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Optimal string alignment distance (Damerau 1964), keeping the last two rows.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = lower(a[i - 1]), y = lower(b[j - 1]);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x == y ? 0u : 1u)});
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

}  // namespace

std::string nearest(std::string_view text, std::span<const std::string> candidates) {
  text = text.substr(0, 256);  // longer text is not a misspelling, and the work grows with its length
  const std::string* best = nullptr;
  std::size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    const bool cut_short = text.size() >= 3 && edits(text, std::string_view(candidate).substr(0, text.size())) == 0;
    const std::size_t n = cut_short ? std::min<std::size_t>(candidate.size() - text.size(), 1) : edits(text, candidate);
    if (best == nullptr || n < fewest) {
      best = &candidate;
      fewest = n;
    }
  }
  return best == nullptr ? std::string() : *best;
}

}  // namespace gan
