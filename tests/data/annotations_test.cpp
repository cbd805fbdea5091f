// Annotations: what fits, and labels as tensors.
#include "gan/data/annotations.hpp"

#include <gmock/gmock.h>

#include "support/files.hpp"

namespace gan::data {
namespace {

using testing::HasSubstr;

TEST(Annotations, HaveAnEntryForEachExampleOrNone) {
  detail::check_annotations("who", {}, 3);
  detail::check_annotations("who", {.labels = {0, 1, 0}, .classes = {"a", "b"}, .captions = {"x", "y", "z"}}, 3);
  const auto fault = [](const Annotations& a) {
    return test::message_of<ValueError>([&] { detail::check_annotations("who", a, 3); });
  };
  EXPECT_THAT(fault({.labels = {0}, .classes = {"a"}, .captions = {}}), HasSubstr("[who] 1 labels for 3 examples"));
  EXPECT_THAT(fault({.labels = {}, .classes = {}, .captions = {"x", "y"}}), HasSubstr("2 captions for 3 examples"));
  EXPECT_THAT(fault({.labels = {0, 1, 2}, .classes = {"a", "b"}, .captions = {}}), HasSubstr("label 2 with 2 classes"));
  EXPECT_THAT(fault({.labels = {0, -1, 0}, .classes = {"a", "b"}, .captions = {}}), HasSubstr("label -1"));
}

TEST(Annotations, LabelsOfExamplesAreNumbers) {
  const Annotations a{.labels = {2, 0, 1}, .classes = {"a", "b", "c"}, .captions = {}};
  const i64 indices[] = {1, 0, 0};
  EXPECT_EQ(detail::labels_of<float>(a, indices).to_vector(), (std::vector<float>{0, 2, 2}));
  EXPECT_EQ(detail::labels_of<double>(a, indices).to_vector(), (std::vector<double>{0, 2, 2}));
  EXPECT_FALSE(detail::labels_of<float>({}, indices).defined());
}

TEST(Annotations, KnowTheNumberOfClasses) {
  EXPECT_EQ(detail::facts_of({.labels = {0}, .classes = {"a", "b"}, .captions = {}}), (Facts{{"classes", "2"}}));
  EXPECT_EQ(detail::facts_of({.labels = {}, .classes = {"a", "b"}, .captions = {}}), Facts{});
}

}  // namespace
}  // namespace gan::data
