// See core/vocabulary.hpp.
#include "gan/core/vocabulary.hpp"

#include <algorithm>
#include <map>

#include "gan/core/error.hpp"

namespace gan {

namespace {
constexpr i64 first_word = 2;

/// Letters, digits and everything beyond ASCII make words.
bool makes_words(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 128 || (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') || u == '\'';
}

std::vector<std::string> words_of(const std::string& sentence) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : sentence) {
    if (makes_words(c)) {
      if (!inside) words.emplace_back();
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    inside = makes_words(c);
  }
  return words;
}
}  // namespace

struct Vocabulary::Content {
  std::vector<std::string> words;
  std::map<std::string, i64> numbers;
};

Vocabulary::Vocabulary() = default;
Vocabulary::Vocabulary(const Vocabulary&) = default;
Vocabulary::Vocabulary(Vocabulary&&) noexcept = default;
Vocabulary& Vocabulary::operator=(const Vocabulary&) = default;
Vocabulary& Vocabulary::operator=(Vocabulary&&) noexcept = default;
Vocabulary::~Vocabulary() = default;

Vocabulary::Vocabulary(const std::string& words) {
  Content content;
  content.words = words_of(words);
  for (const std::string& word : content.words) {
    const i64 number = first_word + static_cast<i64>(content.numbers.size());
    if (!content.numbers.emplace(word, number).second)
      throw ValueError("[Vocabulary] the word '" + word + "' appears twice");
  }
  content_ = std::make_shared<const Content>(std::move(content));
}

Vocabulary Vocabulary::of(const std::vector<std::string>& sentences, i64 most) {
  std::map<std::string, i64> counts;
  for (const std::string& sentence : sentences)
    for (const std::string& word : words_of(sentence)) ++counts[word];
  std::vector<std::pair<std::string, i64>> by_count(counts.begin(), counts.end());
  std::stable_sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < by_count.size() && i < static_cast<std::size_t>(most); ++i)
    text += (text.empty() ? "" : " ") + by_count[i].first;
  return Vocabulary(text);
}

i64 Vocabulary::size() const { return first_word + (content_ ? static_cast<i64>(content_->words.size()) : 0); }

std::vector<i64> Vocabulary::numbers(const std::string& sentence, i64 length) const {
  if (length < 0) throw ValueError("[Vocabulary] a sentence of " + std::to_string(length) + " words");
  std::vector<i64> numbers;
  for (const std::string& word : words_of(sentence)) {
    if (static_cast<i64>(numbers.size()) == length) break;
    const bool known = content_ && content_->numbers.count(word) != 0;
    numbers.push_back(known ? content_->numbers.at(word) : 1);
  }
  numbers.resize(static_cast<std::size_t>(length));
  return numbers;
}

std::vector<std::string> Vocabulary::unknown(const std::string& sentence) const {
  std::vector<std::string> words = words_of(sentence);
  std::erase_if(words, [this](const std::string& word) { return content_ && content_->numbers.count(word) != 0; });
  return words;
}

std::string Vocabulary::text() const {
  std::string text;
  if (content_)
    for (const std::string& word : content_->words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace gan
