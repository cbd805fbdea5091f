// Vocabulary: words as numbers, for networks that read sentences.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan {

/// The words of a language and their numbers: 0 is the end of a sentence, 1 any unknown word, words count from 2. Words
/// are what blanks and punctuation separate, in lower case (of ASCII). A value type: copies share the words.
class Vocabulary {
 public:
  Vocabulary();
  /// Words in the order of their numbers, separated by blanks, as text() returns them. Throws ValueError for a word
  /// that appears twice.
  explicit Vocabulary(const std::string& words);
  /// The words of these sentences, the most frequent first, at most `most`.
  static Vocabulary of(const std::vector<std::string>& sentences, i64 most = 10000);
  Vocabulary(const Vocabulary&);
  Vocabulary(Vocabulary&&) noexcept;
  Vocabulary& operator=(const Vocabulary&);
  Vocabulary& operator=(Vocabulary&&) noexcept;
  ~Vocabulary();

  bool empty() const { return size() == 2; }
  /// The number of different numbers: words + 2.
  i64 size() const;
  /// The numbers of a sentence, cut or filled with 0 to `length`.
  std::vector<i64> numbers(const std::string& sentence, i64 length) const;
  /// The words that a sentence has and the vocabulary lacks.
  std::vector<std::string> unknown(const std::string& sentence) const;
  std::string text() const;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;
};

}  // namespace gan
