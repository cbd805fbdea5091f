// Parts: names, order, what is said of a missing one.
#include "gan/tensor/parts.hpp"

#include <gmock/gmock.h>

#include "support/files.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

Parts two() { return {{"x", Var::from({1, 2, 3, 4}, {2, 2})}, {"labels", Var::from({3, 0}, {2})}}; }

TEST(Parts, AreNamedAndInOrder) {
  const Parts parts = two();
  EXPECT_EQ(parts.names(), "x, labels");
  EXPECT_EQ(parts.rows(), 2);
  EXPECT_FALSE(parts.empty());
  EXPECT_TRUE(parts.has("labels"));
  EXPECT_FALSE(parts.has("label"));
  EXPECT_EQ(parts["x"].shape(), (Shape{2, 2}));
  std::string names;
  for (const auto& [name, value] : parts) names += name + to_string(value.shape());
  EXPECT_EQ(names, "x" + to_string(Shape{2, 2}) + "labels" + to_string(Shape{2}));
}

TEST(Parts, MayBeNone) {
  const Parts none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.rows(), 0);
  EXPECT_EQ(none.names(), "");
  EXPECT_THAT(test::message_of<ValueError>([&] { none["x"]; }), HasSubstr("no part 'x', nor any other"));
}

TEST(Parts, UndefinedTensorsAreNone) {
  const Parts parts{{"x", Var::zeros({1, 1})}, {"labels", Var()}};
  EXPECT_EQ(parts.names(), "x");
  EXPECT_THAT(test::message_of<ValueError>([&] { parts["labels"]; }), HasSubstr("'labels'; there are: x"));
}

TEST(Parts, HaveNamesOfTheirOwn) {
  EXPECT_THAT(test::message_of<ValueError>([] { Parts{{"x", Var::zeros({1})}, {"x", Var::zeros({1})}}; }),
              HasSubstr("two parts are named 'x'"));
}

TEST(Parts, SetAddsReplacesAndRemoves) {
  Parts parts = two();
  parts.set("y", Var::zeros({2, 1})).set("x", Var::ones({2, 3}));
  EXPECT_EQ(parts.names(), "x, labels, y");
  EXPECT_EQ(parts["x"].shape(), (Shape{2, 3}));
  parts.set("labels", {});
  EXPECT_EQ(parts.names(), "x, y");
  parts.set("labels", {});
  EXPECT_EQ(parts.names(), "x, y");
  EXPECT_EQ(two().names(), "x, labels");
}

TEST(Parts, IntegersAreWholeNumbers) {
  EXPECT_EQ(two().integers("labels"), (std::vector<i64>{3, 0}));
  EXPECT_EQ((BasicParts<double>{{"text", Tensor<double>::from({1, 1e15}, {1, 2})}}.integers("text")),
            (std::vector<i64>{1, 1000000000000000}));
  EXPECT_THROW(two().integers("text"), ValueError);
}

TEST(Parts, MoveTogether) {
  const Parts moved = two().to(Device::cpu());
  EXPECT_EQ(moved.names(), "x, labels");
  EXPECT_EQ(moved["x"].to_vector(), two()["x"].to_vector());
}

}  // namespace
}  // namespace gan
