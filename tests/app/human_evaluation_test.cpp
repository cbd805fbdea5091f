// The page of human evaluation: what is in it. tests/examples/human.py plays it in a browser.
#include "gan/app/human_evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/data/mixtures.hpp"
#include "gan/data/shapes.hpp"

namespace gan::app {
namespace {

using testing::HasSubstr;

HumanSet shapes(const char* name, u64 seed) {
  return {name, data::shapes({.count = 30, .size = 16, .channels = 1, .seed = seed})};
}

std::string data_of(const std::string& page) {
  const std::string begin = "<script id=\"data\" type=\"application/json\">";
  const std::size_t at = page.find(begin) + begin.size();
  return page.substr(at, page.find("</script>", at) - at);
}

TEST(HumanEvaluation, IsAFunctionOfTheSeed) {
  const auto page = [](u64 seed) {
    return human_evaluation_page(shapes("real", 1), {shapes("made", 2)}, {.images = 5, .practice = 2, .seed = seed});
  };
  EXPECT_EQ(page(1), page(1));
  EXPECT_NE(page(1), page(2));
}

TEST(HumanEvaluation, KeepsNamesAndImagesInsideTheirScript) {
  const std::string page =
      human_evaluation_page(shapes("</script><b>\"\\\n", 1), {shapes("made", 2)}, {.images = 1, .practice = 1});
  EXPECT_THAT(data_of(page), HasSubstr(R"("name":"\u003c/script\u003e\u003cb\u003e\u0022\u005c\u000a")"));
  EXPECT_THAT(data_of(page), HasSubstr("\"practice\":[\"iVBORw0KGgo"));  // a PNG file's first bytes
}

TEST(HumanEvaluation, RepeatsPracticeImagesWhereThereAreFew) {
  const HumanSet one{"real", data::shapes({.count = 1, .size = 16, .channels = 1})};
  const std::string data = data_of(human_evaluation_page(one, {shapes("made", 2)}, {.images = 9, .practice = 3}));
  EXPECT_THAT(data, HasSubstr("\"numbers\":[0]"));
}

TEST(HumanEvaluation, RefusesWhatCannotBeShown) {
  const HumanSet real = shapes("real", 1), made = shapes("made", 2);
  EXPECT_THROW(human_evaluation_page(real, {}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made, made}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {real}), ValueError);
  EXPECT_THROW(human_evaluation_page({"real", {}}, {made}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made}, {.images = 0}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made}, {.practice = -1}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made}, {.durations = {}}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made}, {.durations = {0}}), ValueError);
  EXPECT_THROW(human_evaluation_page(real, {made}, {.side = 8}), ValueError);
  EXPECT_THROW(write_human_evaluation("/nowhere/page.html", real, {made}), IoError);
}

}  // namespace
}  // namespace gan::app
