// Captions as token numbers: vocabulary and length, files of captions and their faults.
#include "gan/data/captioned.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "gan/data/shapes.hpp"
#include "support/data.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Images two() {
  return Images(std::vector<u8>(2), {2, 1, 1, 1},
                {.labels = {1, 0}, .classes = {"a", "b"}, .captions = {"A big, red star", "star star"}});
}

class Captions : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root); }
  void TearDown() override { fs::remove_all(root); }
  std::string put(const std::string& text) const {
    test::write_file(root / "captions.tsv", test::bytes_of(text));
    return root / "captions.tsv";
  }
  void put_images(i64 n) const {
    const Images images = test::noise({n, 4, 4, 3});
    for (i64 i = 0; i < n; ++i) test::write_png(root / (std::to_string(i) + ".png"), images, i);
  }
  std::string fault(const std::string& text) const {
    const std::string file = put(text);
    return test::message_of<DataError>([&] { captioned_folder(root, file); });
  }

  const fs::path root = test::temporary("captions");
};

TEST_F(Captions, BecomeNumbers) {
  const Captioned d = captioned(two());
  EXPECT_EQ(d.length(), 4);
  EXPECT_EQ(d.vocabulary().text(), "star a big red");
  const i64 order[] = {1, 0};
  const Parts parts = d.batch(order);
  EXPECT_EQ(parts.names(), "x, labels, text");
  EXPECT_EQ(parts["text"].shape(), (Shape{2, 4}));
  EXPECT_EQ(parts.integers("text"), (std::vector<i64>{2, 2, 0, 0, 3, 4, 5, 2}));
  EXPECT_EQ(d.facts(), (Facts{{"classes", "2"}, {"vocabulary", "star a big red"}}));
  EXPECT_EQ(d.captions(0), std::vector<std::string>{"A big, red star"});
  EXPECT_THROW(d.captions(2), ValueError);
  EXPECT_EQ(d.images().checksum(), two().checksum());
}

TEST_F(Captions, UseTheVocabularyAndLengthThatAreGiven) {
  const Captioned d = captioned(two(), {.vocabulary = Vocabulary("red star"), .length = 3});
  const i64 order[] = {0, 1};
  EXPECT_EQ(d.batch(order).integers("text"), (std::vector<i64>{1, 1, 2, 3, 3, 0}));
}

TEST_F(Captions, OfShapesAreWordsOfFewKinds) {
  const Captioned d = captioned(shapes({.count = 500}));
  EXPECT_EQ(d.length(), 4);
  EXPECT_EQ(d.vocabulary().size(), 2 + 1 + 3 + 8 + 5);
  const Parts parts = d.batch(test::some_of(d));
  const auto sizes = parts.integers("text");
  for (const i64 number : sizes) EXPECT_GE(number, 2);
}

TEST_F(Captions, RefuseWhatDoesNotFit) {
  EXPECT_THROW(captioned(test::noise({1, 2, 2, 1})), ValueError);
  EXPECT_THROW(captioned(two(), {.length = -1}), ValueError);
  EXPECT_THROW(Captioned(two(), {{"one"}}), ValueError);
  EXPECT_THROW(Captioned(two(), {{"one"}, {}}), ValueError);
  EXPECT_THAT(test::message_of<ValueError>([] { Captioned(two(), {{"one"}, {"two", "..."}}); }),
              HasSubstr("image 1 has a caption without words: '...'"));
}

TEST_F(Captions, OneOfSeveralIsDrawn) {
  const Images images = test::noise({30, 2, 2, 1});
  const Captioned d(images, std::vector<Captioned::Captions>(30, {"one", "two words", "three whole words"}));
  EXPECT_EQ(d.length(), 3);
  std::set<std::vector<i64>> seen;
  for (i64 i = 0; i < 30; ++i) {
    const i64 index[] = {i};
    seen.insert(d.batch(index, {1, 0}).integers("text"));
  }
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_TRUE(test::draws_anew(d));
  test::expect_pure(d);
  test::expect_loads(d);
}

TEST_F(Captions, ChecksumsTellThemApart) {
  const Images images = test::noise({2, 2, 2, 1});
  const auto with = [&](std::vector<Captioned::Captions> captions, const CaptionedOptions& options = {}) {
    return Source(Captioned(images, std::move(captions), options));
  };
  test::expect_different({images, with({{"a"}, {"b"}}), with({{"b"}, {"a"}}), with({{"a"}, {"b", "a"}}),
                          with({{"a", "b"}, {"a"}}), with({{"a"}, {"b"}}, {.length = 2}),
                          with({{"a"}, {"b"}}, {.vocabulary = Vocabulary("a")})});
}

TEST_F(Captions, ComeFromAFile) {
  put_images(3);
  const std::string file = put("2.png\ta star\r\n\n0.png\tone\ttwo\n2.png\tanother star");
  const Captioned d = captioned_folder(root, file, {.low = 0});
  ASSERT_EQ(d.size(), 2);
  EXPECT_EQ(d.captions(0), (std::vector<std::string>{"a star", "another star"}));
  EXPECT_EQ(d.captions(1), (std::vector<std::string>{"one"}));
  const Images images = test::noise({3, 4, 4, 3});
  EXPECT_TRUE(std::equal(images.image(2).begin(), images.image(2).end(), d.images().image(0).begin()));
  EXPECT_EQ(d.images().low(), 0);
  EXPECT_EQ(captioned_folder(root, file, {.size = 2, .channels = 1, .count = 1}).images().shape(), (Shape{1, 2, 2, 1}));
  const std::string named = put("licence\tcaption\tfile\nfree\tfirst\t0.png\nfree\tsecond\t1.png\n");
  EXPECT_EQ(captioned_folder(root, named).captions(1), (std::vector<std::string>{"second"}));
}

TEST_F(Captions, FaultsOfTheFileAreNamed) {
  put_images(1);
  EXPECT_THAT(fault("0.png\tgood\n0.png good\n"), HasSubstr("captions.tsv, line 2: '0.png good' has 1 column"));
  EXPECT_THAT(fault("0.png\tgood\n\n7.png\tgood\n"),
              HasSubstr("line 3: there is no image " + (root / "7.png").string()));
  EXPECT_THAT(fault("0.png\t\n"), HasSubstr("line 1: the caption of 0.png has no words"));
  EXPECT_THAT(fault("0.png\t -\n"), HasSubstr("no words"));
  EXPECT_THAT(fault("file\tlicence\tcaption\n0.png\tfree\n"), HasSubstr("line 2"));
  EXPECT_THAT(fault("file\tcaption\n"), HasSubstr("has no captions"));
  EXPECT_THAT(fault(""), HasSubstr("has no captions"));
  fs::create_directories(root / "d.png");
  EXPECT_THAT(fault("d.png\ta folder\n"), HasSubstr("there is no image"));
  const std::string file = put("0.png\tgood\n");
  EXPECT_THROW(captioned_folder(root / "absent", file), DataError);
  EXPECT_THROW(captioned_folder(root, root / "absent.tsv"), IoError);
  test::write_file(root / "bad.png", test::bytes_of("no image"));
  const std::string bad = put("bad.png\tbad\n0.png\tgood\n");
  EXPECT_THAT(test::message_of<DataError>([&] { captioned_folder(root, bad); }), HasSubstr("1 file cannot be read"));
  EXPECT_EQ(captioned_folder(root, bad, {.skip_unreadable = true}).captions(0), std::vector<std::string>{"good"});
}

TEST_F(Captions, OfEmoji) {
  const std::string folder = test::data_folder("fxemoji64");
  if (folder.empty()) GTEST_SKIP() << test::without_data("fxemoji64");
  const std::string unpack = "tar xJf '" + folder + "/png.tar.xz' -C '" + root.string() + "'";
  if (std::system(unpack.c_str()) != 0) GTEST_SKIP() << "tar cannot unpack " << folder << "/png.tar.xz";
  const Captioned d = captioned_folder(root, folder + "/captions.tsv", {.size = 32});
  EXPECT_EQ(d.size(), 1035);
  EXPECT_GE(d.length(), 11);
  EXPECT_EQ(d.captions(0), std::vector<std::string>{"closed umbrella"});
  EXPECT_TRUE(d.vocabulary().unknown("heart with tip on the left").empty());
  test::expect_pure(d);
  const Parts parts = Loader(d, {.batch_size = 64}).batch_at(3);
  EXPECT_EQ(parts["text"].shape(), (Shape{64, d.length()}));
}

}  // namespace
}  // namespace gan::data
