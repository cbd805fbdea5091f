// Pairs: two sources, halves of images, two folders.
#include "gan/data/paired.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <numeric>

#include "gan/data/points.hpp"
#include "support/data.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Whether each image of part `name`, of all examples in order, is that of `images`.
void expect_part(const Source& source, const char* name, const Images& images) {
  std::vector<i64> all(static_cast<std::size_t>(source.size()));
  std::iota(all.begin(), all.end(), 0);
  ASSERT_EQ(source.size(), images.size());
  const Var part = source.batch(all)[name], expected = images.batch(all)["x"];
  EXPECT_EQ(part.shape(), expected.shape());
  EXPECT_EQ(part.to_vector(), expected.to_vector());
}

class Pairs : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root); }
  void TearDown() override { fs::remove_all(root); }
  const fs::path root = test::temporary("pairs");
};

TEST_F(Pairs, HaveThePartsOfTheFirstAndXOfTheSecond) {
  const Points x({1, 2, 3}, {3, 1}, {.labels = {0, 1, 1}, .classes = {"a", "b"}, .captions = {}});
  const Points y({7, 8, 9}, {3, 1}, {.labels = {1, 1, 1}, .classes = {"a", "b", "c"}, .captions = {}});
  const Source both = paired(x, y);
  const i64 order[] = {2, 0};
  const Parts parts = both.batch(order);
  EXPECT_EQ(parts.names(), "x, labels, y");
  EXPECT_EQ(parts.integers("x"), (std::vector<i64>{3, 1}));
  EXPECT_EQ(parts.integers("labels"), (std::vector<i64>{1, 0}));
  EXPECT_EQ(parts.integers("y"), (std::vector<i64>{9, 7}));
  EXPECT_EQ(both.facts(), (Facts{{"classes", "2"}}));
  const std::string message = test::message_of<ValueError>([&] { paired(x, y.take(2)); });
  EXPECT_THAT(message, HasSubstr("x has 3 examples, y 2"));
  test::expect_different({both, paired(y, x), paired(x, x), x, y});
}

TEST_F(Pairs, AreMirroredTogether) {
  const Images images = test::noise({30, 3, 4, 3}).flipped();
  const Source both = paired(images, images);
  const Parts parts = both.batch(test::some_of(both), {2, 1});
  EXPECT_EQ(parts["x"].to_vector(), parts["y"].to_vector());
  test::expect_pure(both);
  test::expect_loads(both);
  EXPECT_TRUE(test::draws_anew(both));
}

TEST_F(Pairs, LieSideBySide) {
  const Images wide = test::noise({4, 3, 10, 3}).scale(0, 1);
  const Images left = wide.crop({.height = 3, .width = 5}), right = wide.crop({.left = 5, .height = 3, .width = 5});
  const Source pairs = side_by_side(wide), reversed = side_by_side(wide, true);
  expect_part(pairs, "x", left);
  expect_part(pairs, "y", right);
  expect_part(reversed, "x", right);
  expect_part(reversed, "y", left);
  EXPECT_THROW(side_by_side(test::noise({1, 2, 3, 1})), ValueError);
  EXPECT_THROW(side_by_side(Images()), ValueError);
  EXPECT_TRUE(test::draws_anew(side_by_side(wide.flipped())));
}

TEST_F(Pairs, InAFolderAreCutAndFitted) {
  const Images wide = test::noise({3, 6, 20, 3});  // halves of 6 x 10
  for (i64 i = 0; i < 3; ++i) test::write_png(root / (std::to_string(i) + ".png"), wide, i);
  expect_part(side_by_side_folder(root), "y", wide.crop({.left = 10, .height = 6, .width = 10}));
  const Source fitted = side_by_side_folder(root, {.size = 4, .channels = 1, .low = 0, .count = 2});
  const Images left = wide.crop({.left = 2, .height = 6, .width = 6}),
               right = wide.crop({.left = 12, .height = 6, .width = 6});
  expect_part(fitted, "x", left.with_channels(1).resize(4).scale(0, 1).take(2));
  expect_part(fitted, "y", right.with_channels(1).resize(4).scale(0, 1).take(2));
  expect_part(side_by_side_folder(root, {.size = 4}, true), "x", right.resize(4));
  test::write_png(root / "9.png", test::noise({1, 6, 7, 3}), 0);
  EXPECT_THAT(test::message_of<DataError>([&] { side_by_side_folder(root); }), HasSubstr("9.png: has 7 x 6 pixels"));
  EXPECT_EQ(side_by_side_folder(root, {.skip_unreadable = true}).size(), 3);
}

TEST_F(Pairs, InTwoFoldersHaveTheSameNames) {
  const Images x = test::noise({3, 4, 4, 3}), y = test::noise({3, 5, 5, 3}, 1);
  const char* names[] = {"a", "b/a", "b/c.d"};
  for (i64 i = 0; i < 3; ++i) {
    test::write_png(root / "x" / (std::string(names[i]) + ".png"), x, i);
    test::write_png(root / "y" / (std::string(names[i]) + ".PNG"), y, i);
  }
  const Source pairs = paired_folders(root / "x", root / "y");
  expect_part(pairs, "x", x);
  expect_part(pairs, "y", y);
  expect_part(paired_folders(root / "x", root / "y", {.size = 2, .count = 2}), "y", y.resize(2).take(2));
  test::write_png(root / "x/c.png", x, 0);
  test::write_png(root / "y/a/a.png", x, 0);
  const std::string message = test::message_of<DataError>([&] { paired_folders(root / "x", root / "y"); });
  EXPECT_THAT(message, HasSubstr("2 files have no partner"));
  EXPECT_THAT(message, HasSubstr((root / "x/c.png").string()));
  EXPECT_THAT(message, HasSubstr((root / "y/a/a.png").string()));
  test::write_png(root / "x/c.PNG", x, 0);
  EXPECT_THAT(test::message_of<DataError>([&] { paired_folders(root / "x", root / "y"); }), HasSubstr("both c."));
  EXPECT_THROW(paired_folders(root / "x", root / "y", {.skip_unreadable = true}), ValueError);
  EXPECT_THROW(paired_folders(root / "x", root / "z"), DataError);
}

TEST_F(Pairs, OfFacades) {
  const std::string folder = test::data_folder("facades");
  if (folder.empty()) GTEST_SKIP() << test::without_data("facades");
  const Source pairs = side_by_side_folder(folder, {.size = 64, .count = 5});
  const Parts parts = pairs.batch(test::some_of(pairs));
  EXPECT_EQ(parts["x"].shape(), (Shape{6, 64, 64, 3}));
  EXPECT_EQ(parts["y"].shape(), (Shape{6, 64, 64, 3}));
}

}  // namespace
}  // namespace gan::data
