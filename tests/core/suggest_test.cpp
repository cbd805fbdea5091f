// The nearest right spelling: edits, ends that are missing, ties.
#include "gan/core/suggest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gan {
namespace {

const std::vector<std::string> flags{"rounds", "seed", "batch-size", "learning-rate"};

TEST(Suggest, FindsTheFewestEdits) {
  EXPECT_EQ(nearest("round", flags), "rounds") << "one letter is missing";
  EXPECT_EQ(nearest("sede", flags), "seed") << "two letters are swapped";
  EXPECT_EQ(nearest("batchsize", flags), "batch-size");
  EXPECT_EQ(nearest("laerning-rat", flags), "learning-rate");
  EXPECT_EQ(nearest("SEED", flags), "seed") << "case is ignored";
}

TEST(Suggest, AMissingEndCountsAsOneEdit) {
  EXPECT_EQ(nearest("learn", flags), "learning-rate");
  const std::vector<std::string> two{"baths", "batch-size"};
  EXPECT_EQ(nearest("batch", two), "batch-size") << "the first is two edits away";
  EXPECT_EQ(nearest("ba", std::vector<std::string>{"batch-size", "be"}), "be") << "two letters are no beginning";
}

TEST(Suggest, TakesTheFirstOfEqualsAndNothingOfNothing) {
  EXPECT_EQ(nearest("aa", std::vector<std::string>{"ab", "ac"}), "ab");
  EXPECT_EQ(nearest("aa", std::vector<std::string>{"ac", "ab"}), "ac");
  EXPECT_EQ(nearest("aa", {}), "");
  EXPECT_EQ(nearest("", std::vector<std::string>{"abc", "a"}), "a");
}

TEST(Suggest, BearsLongTexts) { EXPECT_EQ(nearest("seed" + std::string(1'000'000, 'x'), flags), "seed"); }

}  // namespace
}  // namespace gan
