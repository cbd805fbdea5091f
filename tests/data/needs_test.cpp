// Opening what a system needs: the right source for each need, and what is said when something is missing.
#include "gan/data/needs.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "gan/data/captioned.hpp"
#include "gan/data/clips.hpp"
#include "gan/data/jittered.hpp"
#include "gan/data/locate.hpp"
#include "gan/data/paired.hpp"
#include "gan/data/partly_labelled.hpp"
#include "gan/data/patches.hpp"
#include "gan/data/points.hpp"
#include "gan/data/unpaired.hpp"
#include "support/data.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

/// Folders: "classes" with two classes, "wide" with pairs side by side, "x" and "y" with pairs, 6 images each.
class Open : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    root = test::temporary("open");
    const Images small = test::noise({6, 8, 8, 3}), wide = test::noise({6, 8, 16, 3}, 1),
                 y = test::noise({6, 9, 9, 3}, 2);
    std::string lines;
    for (i64 i = 0; i < 6; ++i) {
      const std::string name = std::to_string(i) + ".png";
      test::write_png(root / "classes" / (i < 4 ? "a" : "b") / name, small, i);
      test::write_png(root / "wide" / name, wide, i);
      test::write_png(root / "x" / name, small, i);
      test::write_png(root / "y" / name, y, i);
      lines += name + "\tnumber " + std::to_string(i) + "\n";
    }
    test::write_file(root / "captions.tsv", test::bytes_of(lines));
  }
  static void TearDownTestSuite() { fs::remove_all(root); }
  static std::string at(const char* name) { return root / name; }
  static std::string fault(const Needs& needs, const Places& places) {
    return test::message_of<DataError>([&] { open(needs, places); });
  }
  static void expect_same(const Source& opened, const Source& expected) {
    EXPECT_EQ(opened.checksum(), expected.checksum());
    test::expect_pure(opened);
  }

  inline static fs::path root;
};

TEST_F(Open, ImagesAreNothingButImages) {
  const Images all = load("shapes", {.split = Split::test, .size = 16, .channels = 3});
  const Needs needs{.x = {16, 16, 3}, .low = 0, .high = 2};
  const Source plain = open(needs, {.data = "shapes", .split = Split::test});
  ASSERT_NE(plain.as<Images>(), nullptr);
  EXPECT_EQ(plain.checksum(), all.scale(0, 2).checksum());
  EXPECT_EQ(open(needs, {.data = "shapes", .split = Split::test, .flip = true}).checksum(),
            all.scale(0, 2).flipped().checksum());
  EXPECT_EQ(open(needs, {.data = "shapes", .split = Split::test, .count = 9}).checksum(),
            all.take(9).scale(0, 2).checksum());
  EXPECT_EQ(open({.x = {8, 8, 3}}, {.data = at("classes")}).facts(), (Facts{{"classes", "2"}}));
}

TEST_F(Open, FewLabelsAreDrawn) {
  const Needs needs{.x = {8, 8, 3}, .labels_per_class = 2, .labels_seed = 5};
  const Images images = load(at("classes"), {.size = 8, .channels = 3}).scale(-1, 1);
  const Source few = open(needs, {.data = at("classes")});
  expect_same(few, partly_labelled(images, {.per_class = 2, .seed = 5}));
  EXPECT_EQ(few.batch({}).names(), "x, y, labels");
  EXPECT_THAT(fault(needs, {.data = at("x")}), HasSubstr("class labels are needed"));
  EXPECT_THROW(open({.x = {8, 8, 3}, .y = {8, 8, 3}, .labels_per_class = 2}, {.data = "shapes", .data_y = "shapes"}),
               ValueError);
  EXPECT_THROW(open({.x = {2}, .labels_per_class = 2}, {.data = "ring"}), ValueError);
}

TEST_F(Open, MnistHasABorderAt32) {
  EXPECT_EQ(border_of("mnist", 32), 2);
  EXPECT_EQ(border_of("fashion-mnist", 32), 2);
  EXPECT_EQ(border_of("mnist", 28), 0);
  EXPECT_EQ(border_of("mnist", 64), 0);
  EXPECT_EQ(border_of("cifar10", 32), 0);
  if (test::data_folder("mnist").empty()) GTEST_SKIP() << test::without_data("mnist");
  const Source source = open({.x = {32, 32, 1}}, {.data = "mnist", .split = Split::test});
  EXPECT_EQ(source.checksum(), load("mnist", {.split = Split::test, .size = 28, .channels = 1}).pad(2).checksum());
}

TEST_F(Open, LabelsMustBeThere) {
  EXPECT_EQ(open({.x = {8, 8, 1}, .labels = true}, {.data = at("classes")}).batch({}).names(), "x, labels");
  EXPECT_THAT(fault({.x = {8, 8, 1}, .labels = true}, {.data = at("x")}),
              AllOf(HasSubstr("labels"), HasSubstr("--data")));
}

TEST_F(Open, PointsComeByName) {
  const Source ring = open({.x = {2}, .labels = true}, {.data = "ring", .count = 100});
  ASSERT_NE(ring.as<Points>(), nullptr);
  EXPECT_EQ(ring.checksum(), load_points("ring").take(100).checksum());
  EXPECT_EQ(open({.x = {2}}, {.data = "grid"}).size(), 10000);
  EXPECT_THAT(fault({.x = {3}}, {.data = "ring"}), AllOf(HasSubstr("3 numbers"), HasSubstr("have 2")));
  EXPECT_THAT(fault({.x = {2}}, {.data = "rin"}), HasSubstr("did you mean 'ring'"));
}

TEST_F(Open, PairsComeFromOneFolderOrTwo) {
  const Needs needs{.x = {4, 4, 3}, .y = {4, 4, 3}, .paired = true, .low = 0};
  expect_same(open(needs, {.data = at("wide"), .count = 5}),
              side_by_side_folder(at("wide"), {.size = 4, .low = 0, .count = 5}));
  expect_same(open(needs, {.data = at("x"), .data_y = at("y"), .flip = true}),
              paired_folders(at("x"), at("y"), {.size = 4, .low = 0, .flip = true}));
  Needs jitter = needs;
  jitter.enlarge = 2;
  expect_same(open(jitter, {.data = at("wide")}),
              jittered(side_by_side_folder(at("wide"), {.size = 4, .low = 0}), {.enlarge = 2, .flip = false}));
  const Source uneven = open({.x = {4, 4, 1}, .y = {8, 8, 3}, .paired = true}, {.data = at("wide")});
  const Parts parts = uneven.batch(test::some_of(uneven));
  EXPECT_EQ(parts["x"].shape().tail(), (Shape{4, 4, 1}));
  EXPECT_EQ(parts["y"].shape().tail(), (Shape{8, 8, 3}));
  EXPECT_THAT(fault(needs, {.data = "mnist"}), AllOf(HasSubstr("'mnist' is no directory"), HasSubstr("--data-y")));
  EXPECT_THAT(fault(needs, {.data = at("x"), .data_y = at("z")}), HasSubstr("no directory"));
}

TEST_F(Open, CollectionsComeFromTwoNames) {
  const Needs needs{.x = {16, 16, 3}, .y = {4, 4, 1}};
  const Source both =
      open(needs, {.data = "shapes", .data_y = at("y"), .split = Split::train, .flip = true, .count = 20});
  expect_same(both, unpaired(load("shapes", {.size = 16, .channels = 3, .count = 20}).flipped(),
                             load(at("y"), {.size = 4, .channels = 1}).flipped()));
  EXPECT_THAT(fault(needs, {.data = "shapes"}), AllOf(HasSubstr("second collection"), HasSubstr("--data-y")));
}

TEST_F(Open, ImagesMayBeEnlargedAndCropped) {
  const Images x = load(at("x"), {.size = 8}).flipped(), y = load(at("y"), {.size = 8}).flipped();
  const JitterOptions options{.enlarge = 3, .flip = false};
  expect_same(open({.x = {8, 8, 3}, .enlarge = 3}, {.data = at("x"), .flip = true}), jittered(x, options));
  expect_same(open({.x = {8, 8, 3}, .y = {8, 8, 3}, .enlarge = 3}, {.data = at("x"), .data_y = at("y"), .flip = true}),
              unpaired(jittered(x, options), jittered(y, options)));
}

TEST_F(Open, CaptionsComeWithTheImagesOrFromAFile) {
  const Needs needs{.x = {16, 16, 3}, .text = true, .text_length = 5};
  expect_same(open(needs, {.data = "shapes", .count = 30}),
              captioned(load("shapes", {.size = 16, .channels = 3, .count = 30}), {.length = 5}));
  expect_same(open({.x = {8, 8, 3}, .text = true, .vocabulary = "number 3", .low = 0},
                   {.data = at("x"), .captions = at("captions.tsv"), .flip = true}),
              captioned_folder(at("x"), at("captions.tsv"), {.size = 8, .low = 0, .flip = true},
                               {.vocabulary = Vocabulary("number 3")}));
  EXPECT_EQ(open(needs, {.data = "shapes", .count = 3}).facts().count("vocabulary"), 1u);
  EXPECT_THAT(fault(needs, {.data = at("x")}), AllOf(HasSubstr("no captions"), HasSubstr("--captions")));
  EXPECT_THAT(fault(needs, {.data = "shapes", .captions = at("captions.tsv")}), HasSubstr("belongs to a folder"));
}

TEST_F(Open, FactorsMeanPatches) {
  const Needs needs{.y = {8, 8, 3}, .factor = 2, .per_image = 3, .x_low = 0};
  const PatchOptions options{.size = 8, .factor = 2, .per_image = 3, .flip = true, .x_low = 0};
  expect_same(open(needs, {.data = at("y"), .flip = true, .count = 4}), patches(at("y"), options, {.count = 4}));
  expect_same(open({.x = {4, 4, 3}, .factor = 2}, {.data = at("y")}), patches(at("y"), {.size = 8, .factor = 2}));
  EXPECT_EQ(open(needs, {.data = "shapes", .count = 4}).size(), 12);
  EXPECT_THAT(fault({.y = {16, 16, 3}, .factor = 2}, {.data = at("y")}), HasSubstr("0.png has 9 x 9 pixels"));
}

TEST_F(Open, FramesMeanClips) {
  expect_same(open({.x = {8, 8, 1}, .frames = 2, .stride = 2, .low = 0}, {.data = at("classes"), .flip = true}),
              clips(at("classes"), {.frames = 2, .stride = 2}, {.size = 8, .channels = 1, .low = 0, .flip = true}));
  EXPECT_THAT(fault({.x = {8, 8, 1}, .frames = 5}, {.data = at("classes")}), HasSubstr("no folder has the 5 images"));
  EXPECT_THAT(fault({.x = {8, 8, 1}, .frames = 5}, {.data = "shapes"}), HasSubstr("--data"));
}

TEST_F(Open, MasksComeOnTop) {
  const Source source = open({.x = {8, 8, 3}, .labels = true, .mask = true, .holes = {.kind = Holes::pixels}},
                             {.data = at("classes")});
  EXPECT_EQ(source.batch({}).names(), "x, labels, mask");
  expect_same(source, masked(load(at("classes"), {.size = 8}), {.kind = Holes::pixels}));
}

TEST_F(Open, SplitsAreSubfolders) {
  for (const char* split : {"train", "test"}) {
    fs::create_directories(root / "split/wide");
    fs::copy(root / "wide", root / "split/wide" / split, fs::copy_options::recursive);
  }
  fs::remove(root / "split/wide/test/0.png");
  const Needs needs{.x = {4, 4, 3}, .y = {4, 4, 3}, .paired = true};
  EXPECT_EQ(open(needs, {.data = at("split/wide")}).size(), 6);
  EXPECT_EQ(open(needs, {.data = at("split/wide"), .split = Split::test}).size(), 5);
  EXPECT_THAT(fault(needs, {.data = at("wide"), .split = Split::test}), HasSubstr("subfolders train and test"));
}

TEST_F(Open, WhatIsMissingOrTooMuchIsNamed) {
  const Needs x{.x = {8, 8, 3}};
  EXPECT_THAT(fault(x, {.data = ""}), HasSubstr("--data"));
  EXPECT_THAT(fault(x, {.data = at("x"), .data_y = at("y")}), HasSubstr("--data-y is given"));
  EXPECT_THAT(fault(x, {.data = at("x"), .captions = at("captions.tsv")}), HasSubstr("--captions is given"));
  EXPECT_THROW(open(x, {.data = at("x"), .count = -1}), DataError);
  EXPECT_THROW(open({.x = {8, 9, 3}}, {.data = at("x")}), ValueError);
  EXPECT_THROW(open({}, {.data = at("x")}), ValueError);
}

TEST_F(Open, SomeNeedsNoDataMeet) {
  EXPECT_THROW(open({.x = {2}, .y = {2}}, {.data = "ring", .data_y = "grid"}), ValueError);
  EXPECT_THROW(open({.x = {2}, .text = true}, {.data = "ring"}), ValueError);
  EXPECT_THROW(open({.x = {2}, .mask = true}, {.data = "ring"}), ValueError);
  EXPECT_THROW(open({.x = {8, 8, 3}, .y = {8, 8, 3}, .text = true}, {.data = at("x"), .data_y = at("y")}), ValueError);
  EXPECT_THROW(open({.x = {8, 8, 3}, .text = true, .frames = 2}, {.data = at("x")}), ValueError);
  EXPECT_THROW(open({.x = {8, 8, 3}, .mask = true, .frames = 2}, {.data = at("x")}), ValueError);
  EXPECT_THROW(open({.x = {4, 4, 3}, .enlarge = 2, .factor = 2}, {.data = at("x")}), ValueError);
}

}  // namespace
}  // namespace gan::data
