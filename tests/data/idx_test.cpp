// The IDX reader: what is right is read, what is wrong is named before memory is taken.
#include "gan/data/idx.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "gan/data/locate.hpp"
#include "support/data.hpp"
#include "support/files.hpp"

namespace gan::data {
namespace {

using test::Bytes;
using test::gzip;
using test::temporary;
using testing::HasSubstr;

Bytes idx(std::vector<u32> extents, i64 values, u8 type = 8) {
  Bytes b{0, 0, type, static_cast<u8>(extents.size())};
  for (u32 e : extents)
    for (int shift = 24; shift >= 0; shift -= 8) b.push_back(static_cast<u8>(e >> shift));
  for (i64 i = 0; i < values; ++i) b.push_back(static_cast<u8>(i * 7));
  return b;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

IdxArray read(const Bytes& bytes) {
  const std::string path = temporary("a.idx");
  test::write_file(path, bytes);
  return read_idx(path);
}

/// Reads a file that must be refused with a message that holds `fault` and the path.
void refuse(const Bytes& bytes, const std::string& fault) {
  const std::string message = test::message_of<FormatError>([&] { read(bytes); });
  EXPECT_THAT(message, HasSubstr(fault));
  EXPECT_THAT(message, HasSubstr(temporary("a.idx")));
}

TEST(Idx, ReadsEachRankPlainAndCompressed) {
  const std::vector<std::vector<u32>> shapes{{5}, {2, 3}, {3, 4, 5}, {2, 3, 4, 5}, {300, 28, 28}};
  for (const auto& extents : shapes) {
    const i64 n =
        Shape(std::vector<i64>(extents.begin(), extents.end()).data(), static_cast<int>(extents.size())).size();
    const Bytes plain = idx(extents, n);
    for (const Bytes& file : {plain, gzip(plain)}) {
      const IdxArray a = read(file);
      ASSERT_EQ(a.shape.rank(), static_cast<int>(extents.size()));
      for (std::size_t i = 0; i < extents.size(); ++i) EXPECT_EQ(a.shape[static_cast<int>(i)], extents[i]);
      EXPECT_TRUE(std::equal(a.values.begin(), a.values.end(), plain.end() - n, plain.end()));
    }
  }
}

TEST(Idx, GzipMembersMayFollowEachOther) {
  const Bytes plain = idx({100}, 100);
  const Bytes first(plain.begin(), plain.begin() + 50), second(plain.begin() + 50, plain.end());
  EXPECT_EQ(read(gzip(first) + gzip(second)).values.size(), 100u);
}

TEST(Idx, RefusesHeaders) {
  refuse({}, "empty");
  for (int n = 1; n <= 3; ++n) refuse(Bytes(static_cast<std::size_t>(n), 0), "ends within its magic");
  refuse({1, 0, 8, 1, 0, 0, 0, 0}, "wrong magic");
  refuse({0, 1, 8, 1, 0, 0, 0, 0}, "wrong magic");
  refuse({3, 8, 0, 0, 0, 0, 0, 0}, "byte-swapped");
  for (int type : {0x00, 0x07, 0x0A, 0x0D, 0xFF}) refuse(idx({1}, 1, static_cast<u8>(type)), "element type");
  refuse({0, 0, 8, 0, 1}, "rank 0");
  for (int rank = 5; rank < 256; ++rank) refuse(Bytes{0, 0, 8, static_cast<u8>(rank)} + Bytes(2000, 1), "rank");
  const Bytes whole = idx({2, 2, 2}, 8);
  for (std::size_t n = 4; n < 16; ++n)
    refuse(Bytes(whole.begin(), whole.begin() + static_cast<i64>(n)),
           "ends within its header, at dimension " + std::to_string((n - 4) / 4));
  refuse(idx({0}, 0), "dimension 0 is 0");
  refuse(idx({2, 0, 2}, 0), "dimension 1 is 0");
  refuse(idx({0xFFFFFFFF}, 10), "declares (4294967295)");
  refuse(idx({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 10), "overflows");
  refuse(test::bytes_of("<!DOCTYPE html><html>404</html>"), "web page");
}

TEST(Idx, RefusesSizesThatDisagree) {
  for (i64 values : {24, 26, 0}) {
    refuse(idx({5, 5}, values), "declares (5, 5), 25 bytes");
    refuse(gzip(idx({5, 5}, values)), "declares (5, 5), 25 bytes");
  }
  refuse(idx({1u << 20, 1u << 20}, 25), "declares");
  refuse(gzip(idx({1u << 20, 1u << 20}, 25)), "compressed bytes");
  refuse(idx({60000, 28, 28}, 2883584 - 16), "47040000 bytes, but the file has 2883584");
}

TEST(Idx, RefusesDamagedGzip) {
  const Bytes good = gzip(idx({4, 50}, 200));
  refuse({0x1F, 0x8B}, "ends early");
  for (std::size_t n = 2; n < good.size(); ++n)
    refuse(Bytes(good.begin(), good.begin() + static_cast<i64>(n)), "ends early");
  Bytes bad = good;
  bad[bad.size() - 8] ^= 1;
  refuse(bad, "damaged: incorrect data check");
  bad = good;
  bad[bad.size() - 4] ^= 1;
  refuse(bad, "damaged: incorrect length check");
  refuse(good + Bytes{1, 2, 3}, "follow the gzip stream");
  refuse(good + Bytes{0x1F, 0x8B, 0xFF, 0xFF}, "damaged");
  refuse(good + good, "more bytes follow");
}

TEST(Idx, NoBitFlipOfAGzipCrashes) {
  const Bytes good = gzip(idx({4, 50}, 200));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<u8>(1 << bit % 8);
    try {
      EXPECT_EQ(read(bad).values.size(), 200u);  // a bit of the gzip header that carries no data, such as its time
    } catch (const FormatError&) {}
  }
}

TEST(Idx, ABombIsNotExpanded) {
  const Bytes bomb = test::compressed_zeros(idx({10}, 0), 256 << 20, 31);
  ASSERT_LT(bomb.size(), 1u << 20);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  refuse(bomb, "more bytes follow");
  // A header that promises just what the ratio allows, over a stream that holds little.
  refuse(gzip(idx({100'000'000}, 100'000)), "declares");
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 32 * 1024);  // KiB
}

TEST(Idx, WhatIsNoFileIsAnIoError) {
  EXPECT_THROW(read_idx(temporary("absent")), IoError);
  EXPECT_THROW(read_idx(testing::TempDir()), IoError);
  EXPECT_THROW(read_idx("/dev/zero"), IoError);
}

class Mnist : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::system(("mkdir -p " + folder).c_str()), 0); }
  void TearDown() override { ASSERT_EQ(::system(("rm -r " + folder).c_str()), 0); }
  void put(const std::string& name, const Bytes& bytes) { test::write_file(folder + "/" + name, bytes); }

  const std::string folder = temporary("mnist");
};

TEST_F(Mnist, ReadsItsFourFiles) {
  put("train-images-idx3-ubyte.gz", gzip(idx({3, 4, 5}, 60)));
  put("train-labels-idx1-ubyte", idx({3}, 0) + Bytes{9, 0, 4});
  put("t10k-images-idx3-ubyte", idx({1, 4, 5}, 20));
  put("t10k-labels-idx1-ubyte.gz", gzip(idx({1}, 1)));
  const Images train = mnist(folder);
  EXPECT_EQ(train.shape(), (Shape{3, 4, 5, 1}));
  EXPECT_EQ(train.label(0), 9);
  EXPECT_EQ(train.label(2), 4);
  EXPECT_EQ(train.classes()[9], "9");
  EXPECT_EQ(train.image(1)[0], 140);
  EXPECT_EQ(fashion_mnist(folder).classes()[9], "ankle boot");
  EXPECT_EQ(mnist(folder, Split::test).size(), 1);
  EXPECT_EQ(load(folder).size(), 3);
}

TEST_F(Mnist, RefusesWhatDisagrees) {
  EXPECT_THAT(test::message_of<DataError>([&] { mnist(folder); }), HasSubstr("train-images-idx3-ubyte.gz"));
  put("train-images-idx3-ubyte", idx({3, 4, 5}, 60));
  put("train-labels-idx1-ubyte", idx({2}, 0) + Bytes{1, 2});
  EXPECT_THAT(test::message_of<FormatError>([&] { mnist(folder); }), HasSubstr("2 labels for the 3 images"));
  put("train-labels-idx1-ubyte", idx({3}, 0) + Bytes{1, 2, 10});
  EXPECT_THAT(test::message_of<FormatError>([&] { mnist(folder); }), HasSubstr("label 10"));
  put("train-labels-idx1-ubyte", idx({3, 1}, 0) + Bytes{1, 2, 3});
  EXPECT_THAT(test::message_of<FormatError>([&] { mnist(folder); }), HasSubstr("one axis"));
  put("train-labels-idx1-ubyte", idx({3}, 0) + Bytes{1, 2, 3});
  put("train-images-idx3-ubyte", idx({3, 4}, 12));
  EXPECT_THAT(test::message_of<FormatError>([&] { mnist(folder); }), HasSubstr("(N, H, W)"));
}

TEST(RealMnist, HasItsKnownSizes) {
  int found = 0;
  for (const char* name : {"mnist", "fashion-mnist"}) {
    if (test::data_folder(name).empty()) continue;
    ++found;
    const Images train = load(name), tested = load(name, Split::test);
    EXPECT_EQ(train.shape(), (Shape{60000, 28, 28, 1}));
    EXPECT_EQ(tested.shape(), (Shape{10000, 28, 28, 1}));
    EXPECT_EQ(tested.label(0), name[0] == 'm' ? 7 : 9);
  }
  if (found == 0) GTEST_SKIP() << test::without_data("mnist or fashion-mnist");
}

}  // namespace
}  // namespace gan::data
