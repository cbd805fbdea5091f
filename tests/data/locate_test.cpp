// Data lookup: which place wins, and what is said when there is none.
#include "gan/data/locate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <filesystem>

#include "support/data.hpp"
#include "support/files.hpp"

namespace gan::data {
namespace {

using testing::HasSubstr;

/// An empty working directory, and no $GAN_DATA.
class Locate : public testing::Test {
 protected:
  void SetUp() override {
    old_ = std::filesystem::current_path();
    root_ = std::filesystem::weakly_canonical(test::temporary("locate"));
    std::filesystem::create_directories(root_ / "work");
    std::filesystem::current_path(root_ / "work");
    unsetenv("GAN_DATA");
  }
  void TearDown() override {
    unsetenv("GAN_DATA");
    std::filesystem::current_path(old_);
    std::filesystem::remove_all(root_);
  }
  /// A directory with one image and its label.
  void put(const std::filesystem::path& folder, u8 label = 3) const {
    std::filesystem::create_directories(folder);
    test::write_file(folder / "train-images-idx3-ubyte.gz",
                     test::gzip({0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 77}));
    test::write_file(folder / "train-labels-idx1-ubyte", {0, 0, 8, 1, 0, 0, 0, 1, label});
  }

  std::filesystem::path old_, root_;
};

TEST_F(Locate, PlacesAreSearchedInOrder) {
  put(root_ / "shared/data/mnist");
  EXPECT_EQ(locate("mnist"), "../shared/data/mnist");
  std::filesystem::create_directories("data/mnist");  // empty: not the data set
  EXPECT_EQ(locate("mnist"), "../shared/data/mnist");
  put("data/mnist");
  EXPECT_EQ(locate("mnist"), "data/mnist");
  put(root_ / "own/mnist");
  setenv("GAN_DATA", (root_ / "own").c_str(), 1);
  EXPECT_EQ(locate("mnist"), (root_ / "own/mnist").string());
  EXPECT_EQ(load("mnist").image(0)[0], 77);
}

TEST_F(Locate, WeightsAreLookedForWhereDataSetsAre) {
  EXPECT_THAT(places("squeezenet1_1"), testing::ElementsAre("data/squeezenet1_1", "../shared/data/squeezenet1_1",
                                                            "/usr/share/datasets/squeezenet1_1"));
  setenv("GAN_DATA", "own", 1);
  EXPECT_EQ(places("squeezenet1_1").front(), "own/squeezenet1_1");
}

/// What tests that need data do without them, by $GAN_REQUIRE_DATA.
TEST_F(Locate, DataThatTestsRequireAreAFailureWhereTheyLack) {
  const char* value = std::getenv("GAN_REQUIRE_DATA");
  const std::string before = value == nullptr ? "" : value;
  for (const char* others : {"", "0", "mnist", "mnist,sr,cifar10"}) {
    setenv("GAN_REQUIRE_DATA", others, 1);
    EXPECT_EQ(test::data_folder("weights"), "") << others;
  }
  for (const char* all : {"1", "weights", "sr,weights", "weights,sr"}) {
    setenv("GAN_REQUIRE_DATA", all, 1);
    EXPECT_NONFATAL_FAILURE(EXPECT_EQ(test::data_folder("weights"), ""), "there is no weights on this machine");
  }
  std::filesystem::create_directories("data/mnist");
  setenv("GAN_REQUIRE_DATA", "mnist", 1);
  EXPECT_NONFATAL_FAILURE(test::data_folder("mnist"), "there is no mnist");  // its folder is empty
  std::filesystem::create_directories("data/weights");
  put("data/mnist");
  EXPECT_EQ(test::data_folder("weights"), "data/weights");
  EXPECT_EQ(test::data_folder("mnist"), "data/mnist");
  setenv("GAN_REQUIRE_DATA", before.c_str(), 1);
}

TEST_F(Locate, CifarIsFoundInItsSubfolderToo) {
  put("data/cifar10");  // MNIST's files are not CIFAR's
  const std::string message = test::message_of<DataError>([] { locate("cifar10"); });
  EXPECT_THAT(message, HasSubstr("examples/get_data.sh cifar10 data/cifar10"));
  std::filesystem::create_directories("../shared/data/cifar10/cifar-10-batches-bin");
  test::write_file("../shared/data/cifar10/cifar-10-batches-bin/test_batch.bin", test::Bytes(3073, 7));
  EXPECT_EQ(locate("cifar10"), "../shared/data/cifar10");
  EXPECT_EQ(load("cifar10", {.split = Split::test, .size = 16, .channels = 1}).shape(), (Shape{1, 16, 16, 1}));
  EXPECT_THROW(load("cifar10"), DataError);
}

TEST_F(Locate, ImagesAreMadeToFit) {
  put("data/mnist");
  const Images d = load("mnist", {.size = 2, .channels = 3});
  ASSERT_EQ(d.shape(), (Shape{1, 2, 2, 3}));
  for (const u8 v : d.pixels()) EXPECT_EQ(v, 77);
  EXPECT_EQ(d.label(0), 3);
  EXPECT_EQ(load("mnist", LoadOptions{}).shape(), (Shape{1, 1, 1, 1}));
}

TEST_F(Locate, AMissingSetTellsThePlacesAndTheRemedy) {
  setenv("GAN_DATA", "/nowhere", 1);
  const std::string message = test::message_of<DataError>([] { locate("mnist"); });
  for (const char* part : {"/nowhere/mnist", "data/mnist", "../shared/data/mnist", "/usr/share/datasets/mnist",
                           "examples/get_data.sh mnist data/mnist"})
    EXPECT_THAT(message, HasSubstr(part));
}

TEST_F(Locate, AnUnknownNameTellsTheNearest) {
  EXPECT_THAT(test::message_of<DataError>([] { load("mnits"); }), HasSubstr("did you mean 'mnist'"));
  EXPECT_THAT(test::message_of<DataError>([] { load("Fashion_MNIST"); }), HasSubstr("did you mean 'fashion-mnist'"));
  EXPECT_THAT(test::message_of<DataError>([] { load(""); }),
              HasSubstr("Known are mnist, fashion-mnist, kmnist, cifar10, shapes, stacked-mnist, ring, grid, spirals"));
}

TEST_F(Locate, ADirectoryIsReadAsItIs) {
  put("here/fashion-mnist", 9);
  put("here/other", 9);
  EXPECT_EQ(load("here/fashion-mnist/").classes()[9], "ankle boot");
  EXPECT_EQ(load("here/other").classes()[9], "9");
  EXPECT_THROW(load("here"), DataError);
  EXPECT_THROW(load("here/other", Split::test), DataError);
}

TEST_F(Locate, StackedMnistIsMadeOfMnist) {
  EXPECT_THAT(test::message_of<DataError>([] { load("stacked-mnist"); }), HasSubstr("get_data.sh mnist"));
  put("data/mnist", 3);
  const Images d = load("stacked-mnist");
  EXPECT_EQ(d.shape(), (Shape{50000, 1, 1, 3}));
  EXPECT_EQ(d.classes().size(), 1000u);
  EXPECT_EQ(d.label(7), 333);
  EXPECT_EQ(d.image(7)[2], 77);
}

TEST_F(Locate, ShapesAreBuiltIn) {
  const Images d = load("shapes", Split::test);
  EXPECT_EQ(d.shape(), (Shape{5000, 28, 28, 1}));
  EXPECT_TRUE(d.captioned());
  EXPECT_THROW(locate("shapes"), DataError);
  for (const char* name : {"ring", "grid", "spirals"}) {
    const Points train = load_points(name), test = load_points(name, Split::test);
    EXPECT_EQ(train.shape(), (Shape{10000, 2}));
    EXPECT_NE(train.values()[0], test.values()[0]);
    EXPECT_THAT(test::message_of<DataError>([name] { load(name); }), HasSubstr("load_points"));
  }
  EXPECT_THAT(test::message_of<DataError>([] { load_points("rings"); }), HasSubstr("did you mean 'ring'"));
}

TEST_F(Locate, CountTakesTheFirst) {
  const Images all = load("shapes", Split::test), few = load("shapes", {.split = Split::test, .count = 7});
  EXPECT_EQ(few.checksum(), all.take(7).checksum());
  EXPECT_EQ(load("shapes", {.split = Split::test, .count = 9000}).checksum(), all.checksum());
  EXPECT_THROW(load("shapes", {.count = -1}), ValueError);
}

}  // namespace
}  // namespace gan::data
