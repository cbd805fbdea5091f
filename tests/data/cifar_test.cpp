// The CIFAR-10 reader: planes become channels, and what is wrong is named with its offset.
#include "gan/data/cifar.hpp"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>

#include "gan/data/locate.hpp"
#include "support/data.hpp"
#include "support/files.hpp"

namespace gan::data {
namespace {

using test::Bytes;
using testing::HasSubstr;

/// A record whose planes tell themselves apart: byte i of plane c is i * 7 + c * 50 + label.
Bytes record(u8 label) {
  Bytes b{label};
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < 1024; ++i) b.push_back(static_cast<u8>(i * 7 + c * 50 + label));
  return b;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class Cifar : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void put(const std::string& name, const Bytes& bytes) const { test::write_file(folder + "/" + name, bytes); }
  /// A test batch that must be refused with a message that holds `fault` and the path.
  void refuse(const Bytes& bytes, const std::string& fault) const {
    put("test_batch.bin", bytes);
    const std::string message = test::message_of<FormatError>([&] { cifar10(folder, Split::test); });
    EXPECT_THAT(message, HasSubstr(fault));
    EXPECT_THAT(message, HasSubstr(folder + "/test_batch.bin"));
  }

  const std::string folder = test::temporary("cifar");
};

TEST_F(Cifar, PlanesBecomeChannels) {
  put("test_batch.bin", record(3) + record(9));
  const Images d = cifar10(folder, Split::test);
  ASSERT_EQ(d.shape(), (Shape{2, 32, 32, 3}));
  EXPECT_EQ(d.label(0), 3);
  EXPECT_EQ(d.label(1), 9);
  EXPECT_EQ(d.classes()[3], "cat");
  EXPECT_EQ(d.classes()[9], "truck");
  for (int i = 0; i < 1024; ++i)
    for (int c = 0; c < 3; ++c)
      ASSERT_EQ(d.image(1)[static_cast<std::size_t>(i * 3 + c)], static_cast<u8>(i * 7 + c * 50 + 9));
}

TEST_F(Cifar, TrainingIsFiveFilesInOrderHereOrInTheSubfolder) {
  for (const std::string inner : {"", "cifar-10-batches-bin/"}) {
    std::filesystem::create_directories(folder + "/" + inner);
    for (u8 i = 1; i <= 5; ++i) {
      if (i == 4) {
        EXPECT_THAT(test::message_of<DataError>([&] { cifar10(folder); }), HasSubstr("has no data_batch_4.bin"));
      }
      put(inner + "data_batch_" + std::to_string(i) + ".bin", record(i) + record(0));
    }
    const Images d = load(folder);
    ASSERT_EQ(d.size(), 10);
    for (i64 i = 0; i < 10; ++i) EXPECT_EQ(d.label(i), i % 2 == 0 ? i / 2 + 1 : 0);
    EXPECT_THAT(test::message_of<DataError>([&] { load(folder, Split::test); }), HasSubstr("has no test_batch.bin"));
    std::filesystem::remove_all(folder);
  }
}

TEST_F(Cifar, RefusesWhatIsNotRight) {
  const Bytes good = record(1) + record(2);
  refuse({}, "empty");
  refuse(test::bytes_of("<html>503</html>"), "web page");
  for (std::size_t n : {1u, 2u, 3072u, 3075u, 6145u})
    refuse(Bytes(good.begin(), good.begin() + static_cast<i64>(n)),
           std::to_string(n) + " bytes are no whole number of records of 3073; the last begins at offset " +
               std::to_string(n / 3073 * 3073));
  refuse(good + record(10), "label 10 at offset 6146");
  refuse(record(255) + good, "label 255 at offset 0");
  refuse(good + Bytes{0}, "offset 6146");
}

TEST_F(Cifar, CifarHundredIsNamed) {
  Bytes hundred;
  for (u8 i = 0; i < 12; ++i) hundred = hundred + Bytes{i} + record(static_cast<u8>(90 + i % 10));
  refuse(hundred, "CIFAR-100");
  // 3073 of its records are as long as 3074 of ours.
  Bytes both;
  for (int i = 0; i < 3073; ++i) both = std::move(both) + Bytes{19} + Bytes(3073, 99);
  refuse(both, "CIFAR-100");
}

TEST_F(Cifar, WhatIsNoFileIsAnIoError) {
  std::filesystem::create_directories(folder + "/test_batch.bin");
  EXPECT_THROW(cifar10(folder, Split::test), IoError);
  EXPECT_THROW(cifar10("/nowhere"), DataError);
}

TEST(RealCifar, HasItsKnownStatistics) {
  if (test::data_folder("cifar10").empty()) GTEST_SKIP() << test::without_data("cifar10");
  const Images train = load("cifar10"), tested = load("cifar10", Split::test);
  ASSERT_EQ(train.shape(), (Shape{50000, 32, 32, 3}));
  ASSERT_EQ(tested.shape(), (Shape{10000, 32, 32, 3}));
  std::array<int, 10> per_class{};
  for (i64 i = 0; i < tested.size(); ++i) ++per_class[static_cast<std::size_t>(tested.label(i))];
  for (int count : per_class) EXPECT_EQ(count, 1000);
  EXPECT_EQ(tested.label(0), 3);  // the cat that opens the test batch
  std::array<double, 3> sum{};
  for (std::size_t i = 0; i < train.pixels().size(); ++i) sum[i % 3] += train.pixels()[i];
  const double known[] = {0.4914, 0.4822, 0.4465};  // of the training images' channels, as published with many nets
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(sum[c] / (255.0 * 50000 * 1024), known[c], 1e-4);
}

}  // namespace
}  // namespace gan::data
