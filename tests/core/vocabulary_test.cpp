// Vocabularies: what words are, their numbers, and texts that make the same vocabulary again.
#include "gan/core/vocabulary.hpp"

#include <gtest/gtest.h>

#include "gan/core/error.hpp"

namespace gan {
namespace {

using Numbers = std::vector<i64>;

TEST(Vocabulary, WordsCountFromTwo) {
  const Vocabulary v("a red star");
  EXPECT_EQ(v.size(), 5);
  EXPECT_FALSE(v.empty());
  EXPECT_EQ(v.numbers("star a", 4), (Numbers{4, 2, 0, 0}));
  EXPECT_EQ(v.numbers("a green star", 3), (Numbers{2, 1, 4}));
  EXPECT_EQ(v.numbers("a red star a red star", 4), (Numbers{2, 3, 4, 2}));
  EXPECT_EQ(v.numbers("", 2), (Numbers{0, 0}));
  EXPECT_EQ(v.numbers("a", 0), Numbers{});
  EXPECT_EQ(v.unknown("a small star, a blue one"), (std::vector<std::string>{"small", "blue", "one"}));
}

TEST(Vocabulary, WordsAreLettersDigitsAndWhatIsBeyondAscii) {
  const Vocabulary v("don't 4 étoile");
  EXPECT_EQ(v.numbers("\tDON'T...(4)-étoile!", 4), (Numbers{2, 3, 4, 0}));
  EXPECT_TRUE(v.unknown("4!don't").empty());
}

TEST(Vocabulary, MayBeEmpty) {
  for (const Vocabulary& v : {Vocabulary(), Vocabulary(""), Vocabulary(" , ")}) {
    EXPECT_TRUE(v.empty());
    EXPECT_EQ(v.size(), 2);
    EXPECT_EQ(v.text(), "");
    EXPECT_EQ(v.numbers("any word", 3), (Numbers{1, 1, 0}));
    EXPECT_EQ(v.unknown("any word").size(), 2u);
  }
}

TEST(Vocabulary, OfSentencesHasTheMostFrequentFirst) {
  const std::vector<std::string> sentences{"b a", "A c", "c a d"};
  EXPECT_EQ(Vocabulary::of(sentences).text(), "a c b d");  // words as frequent: in alphabetical order
  EXPECT_EQ(Vocabulary::of(sentences, 2).text(), "a c");
  EXPECT_TRUE(Vocabulary::of({}).empty());
  EXPECT_EQ(Vocabulary::of({"b", "a"}).text(), Vocabulary::of({"a", "b"}).text());
}

TEST(Vocabulary, TextMakesItAgain) {
  const Vocabulary v = Vocabulary::of({"one two two three", "étoile don't"});
  const Vocabulary again(v.text());
  EXPECT_EQ(again.text(), v.text());
  EXPECT_EQ(again.size(), v.size());
  EXPECT_EQ(again.numbers("three étoile nothing", 4), v.numbers("three étoile nothing", 4));
  EXPECT_THROW(Vocabulary("a b a"), ValueError);
  EXPECT_THROW(Vocabulary("a A"), ValueError);
  const Vocabulary copy = v;
  EXPECT_EQ(copy.text(), v.text());
}

}  // namespace
}  // namespace gan
