// Folders of images: which files, in which order, with which labels; and what is said of those that cannot be read.
#include "gan/data/folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "support/files.hpp"
#include "gan/data/image.hpp"
#include "gan/data/locate.hpp"
#include "gan/io/png.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Folder : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root); }
  void TearDown() override { fs::remove_all(root); }
  /// A copy of a fixture.
  void put(const std::string& path, const std::string& fixture) const {
    fs::create_directories((root / path).parent_path());
    fs::copy_file(fs::path(GAN_TESTS_DIR) / "fixtures" / fixture, root / path);
  }
  void put_bytes(const std::string& path, const test::Bytes& bytes) const {
    fs::create_directories((root / path).parent_path());
    test::write_file(root / path, bytes);
  }
  /// Whether image i is the fixture.
  static void expect_image(const Images& d, i64 i, const std::string& fixture, const ImageOptions& options = {}) {
    const Image image = read_image(std::string(GAN_TESTS_DIR) + "/fixtures/" + fixture, options);
    EXPECT_TRUE(std::equal(image.pixels.begin(), image.pixels.end(), d.image(i).begin(), d.image(i).end())) << i;
  }

  const fs::path root = test::temporary("folder");
};

TEST_F(Folder, SubfoldersAreClasses) {
  put("b/2.JPG", "baseline.jpg");
  put("b/inner/1.png", "interlaced.png");
  put("a z/x.jpeg", "grey.jpg");
  put("b/10.png", "rgba.png");
  put("c/.hidden.png", "rgba.png");
  put(".git/x.png", "rgba.png");
  put_bytes("b/notes.txt", test::bytes_of("no image"));
  put_bytes("b/png", test::bytes_of("no image"));
  const Images d = folder(root);
  ASSERT_EQ(d.shape(), (Shape{4, 9, 13, 3}));
  EXPECT_EQ(d.classes(), (std::vector<std::string>{"a z", "b"}));
  const char* order[] = {"grey.jpg", "rgba.png", "baseline.jpg", "interlaced.png"};
  for (i64 i = 0; i < 4; ++i) {
    expect_image(d, i, order[i]);
    EXPECT_EQ(d.label(i), i == 0 ? 0 : 1);
  }
  const Images small = folder(root, {.size = 4, .channels = 1});
  ASSERT_EQ(small.shape(), (Shape{4, 4, 4, 1}));
  for (i64 i = 0; i < 4; ++i) expect_image(small, i, order[i], {.size = 4, .channels = 1});
  put("top.png", "rgb.png");  // now not all lie in subfolders
  const Images mixed = folder(root);
  EXPECT_EQ(mixed.size(), 5);
  EXPECT_FALSE(mixed.labelled());
}

TEST_F(Folder, ClassesAreInTheOrderOfTheirBytes) {
  for (const char* name : {"é", "Z", "a", "\xFF\xFE", "a.b", "a/b"}) put(std::string(name) + "/1.png", "grey.png");
  const Images d = folder(root);
  EXPECT_EQ(d.classes(), (std::vector<std::string>{"Z", "a", "a.b", "é", "\xFF\xFE"}));
  // "a.b/1.png" stands before "a/1.png" and "a/b/1.png".
  const i64 labels[] = {0, 2, 1, 1, 3, 4};
  for (i64 i = 0; i < 6; ++i) EXPECT_EQ(d.label(i), labels[i]);
}

TEST_F(Folder, CountRangeAndFlipsAreOptions) {
  put("a/1.png", "rgb.png");
  put("a/2.png", "rgba.png");
  put("b/3.png", "rgb.png");
  const Images d = folder(root, {.low = 0, .high = 2, .flip = true, .count = 2});
  EXPECT_EQ(d.checksum(), folder(root).scale(0, 2).flipped().take(2).checksum());
  EXPECT_EQ(d.classes(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(d.label(1), 0);
  EXPECT_EQ(folder(root, {.count = 9}).size(), 3);
  EXPECT_EQ(load(root, {.count = 1}).checksum(), folder(root).take(1).checksum());
  EXPECT_THROW(folder(root, {.count = -1}), ValueError);
  EXPECT_THROW(folder(root, {.low = 1, .high = 1}), ValueError);
}

TEST_F(Folder, LinksAreFollowedOnce) {
  put("a/1.png", "rgb.png");
  put("elsewhere/2.png", "rgb.png");
  fs::create_directory_symlink("..", root / "a/up");
  fs::create_directory_symlink(".", root / "a/here");
  fs::create_directory_symlink("loop", root / "a/loop");
  fs::create_directory_symlink("../elsewhere", root / "a/other");
  fs::create_symlink("1.png", root / "a/link.png");
  const Images d = folder(root);
  EXPECT_EQ(d.size(), 3);  // a/1.png, a/link.png, a/other/2.png
  EXPECT_EQ(d.classes(), std::vector<std::string>{"a"});
}

TEST_F(Folder, UnreadableFilesAreListedOrLeftOut) {
  put("a/good.png", "rgb.png");
  for (int i = 0; i < 12; ++i) put_bytes("a/bad" + std::to_string(10 + i) + ".png", test::bytes_of("<html>"));
  put_bytes("b/empty.jpg", {});
  fs::create_symlink("nowhere", root / "b/dangling.png");
  const std::string message = test::message_of<DataError>([&] { folder(root); });
  EXPECT_THAT(message, HasSubstr("14 files cannot be read; .skip_unreadable"));
  EXPECT_THAT(message, HasSubstr((root / "a/bad10.png").string() + ": begins like a web page"));
  EXPECT_THAT(message, HasSubstr("bad19.png"));
  EXPECT_THAT(message, Not(HasSubstr("bad20.png")));
  EXPECT_THAT(message, HasSubstr("and 4 more"));
  std::vector<std::string> skipped{"old"};
  const Images d = folder(root, {.skip_unreadable = true, .skipped = &skipped});
  EXPECT_EQ(d.size(), 1);
  EXPECT_EQ(d.classes(), std::vector<std::string>{"a"});
  ASSERT_EQ(skipped.size(), 14u);
  EXPECT_THAT(skipped[13], HasSubstr("b/empty.jpg: the file is empty"));
  fs::remove(root / "a/good.png");
  EXPECT_THROW(folder(root, {.skip_unreadable = true}), DataError);
}

TEST_F(Folder, OtherFaultsAreNamed) {
  EXPECT_THAT(test::message_of<DataError>([&] { folder(root); }), HasSubstr("no .png, .jpg or .jpeg file"));
  EXPECT_THAT(test::message_of<DataError>([&] { folder(root / "absent"); }), HasSubstr("is no directory"));
  put("1.png", "rgb.png");
  put_bytes("2.png", io::encode_png(test::Bytes(12, 200), {.width = 2, .height = 2}));
  EXPECT_THAT(test::message_of<DataError>([&] { folder(root); }), HasSubstr("2 x 2 pixels"));
  EXPECT_EQ(folder(root, {.size = 3}).shape(), (Shape{2, 3, 3, 3}));
  EXPECT_THROW(folder(root, {.channels = 4}), ValueError);
  EXPECT_THROW(folder(root, {.size = -2}), ValueError);
  EXPECT_THROW(folder(root, {.max_pixels = 20}), DataError);
}

TEST_F(Folder, LoadReadsFoldersAndFitsWhatItLoads) {
  put("1.png", "rgb.png");
  put("2.jpg", "grey.jpg");
  EXPECT_EQ(load(root).shape(), (Shape{2, 9, 13, 3}));
  EXPECT_EQ(load(root, {.size = 6, .channels = 1}).shape(), (Shape{2, 6, 6, 1}));
  EXPECT_THAT(test::message_of<DataError>([&] { load(root, Split::test); }), HasSubstr("subfolders train and test"));
  put("train/a/1.png", "rgb.png");
  put("test/a/1.png", "grey.png");
  expect_image(load(root), 0, "rgb.png");
  EXPECT_EQ(load(root).size(), 1);
  expect_image(load(root, Split::test), 0, "grey.png");
  EXPECT_EQ(load(root, Split::test).classes(), std::vector<std::string>{"a"});
  EXPECT_EQ(load("shapes", {.split = Split::test}).shape(), (Shape{5000, 28, 28, 1}));
  EXPECT_EQ(load("shapes", {.split = Split::test, .size = 32, .channels = 3}).shape(), (Shape{5000, 32, 32, 3}));
  EXPECT_THROW(load("shapes", {.channels = 2}), ValueError);
  EXPECT_THROW(load("ring", {.size = 28}), DataError);
  fs::create_directories(root / "none");
  const std::string message = test::message_of<DataError>([&] { load(root / "none"); });
  for (const char* part : {"MNIST", "CIFAR-10", ".png"}) EXPECT_THAT(message, HasSubstr(part));
}

}  // namespace
}  // namespace gan::data
