// safetensors: what is written comes back, in the reference writer's order; no damage to a file crashes the reader.
#include "gan/io/safetensors.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "support/safetensors_bytes.hpp"

namespace gan::io {
namespace {

using test::Bytes;
using test::f32;
using test::file_of;
using test::length_bytes;
using test::one;
using test::read;
using test::temporary;
using testing::HasSubstr;

TEST(SafeTensors, ReadsWhatIsThere) {
  const SafeTensors s =
      read(file_of("{\"__metadata__\":{\"k\":\"a\\\"\\u00e9\\ud83d\\ude00\\n\"},"
                   "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}," +
                       f32("t/\\u00E9", "[1,2]", "[1,9]") + "}",
                   9));
  EXPECT_EQ(s.metadata().at("k"), "a\"\u00e9\U0001F600\n");
  ASSERT_EQ(s.entries().size(), 2u);
  EXPECT_EQ(s.entries()[1].name, "t/\u00e9");
  EXPECT_EQ(s.at("b").dtype, DType::u8);
  const Tensor<float> t = s.get<float>("t/\u00e9");  // its bytes begin at an odd address
  EXPECT_EQ(t.shape(), (Shape{1, 2}));
  EXPECT_EQ(t.values()[1], std::bit_cast<float>(0x3F3F3F3Fu));
  EXPECT_THAT(test::message_of<FormatError>([&] { s.get<float>("t/e"); }), HasSubstr("nearest name is 't/\u00e9'"));
  EXPECT_THAT(test::message_of<FormatError>([&] { s.get<float>("b"); }), HasSubstr("holds U8"));
  EXPECT_THROW(s.integers<i64>("b"), FormatError);
}

TEST(SafeTensors, EveryTypeIsKnown) {
  const std::pair<const char*, i64> types[] = {{"BOOL", 1}, {"U8", 1},   {"I8", 1},  {"I16", 2}, {"U16", 2},
                                               {"F16", 2},  {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4},
                                               {"F64", 8},  {"I64", 8},  {"U64", 8}};
  for (const auto& [name, size] : types) {
    const SafeTensors s =
        read(file_of(one("\"" + std::string(name) + "\"", "[3]", "[0," + std::to_string(3 * size) + "]"),
                     static_cast<std::size_t>(3 * size)));
    EXPECT_STREQ(to_string(s.at("t").dtype), name);
    EXPECT_EQ(size_of(s.at("t").dtype), size);
  }
}

class Written : public testing::Test {
 protected:
  static SafeTensorsWriter writer() {
    SafeTensorsWriter w;
    w.add("net.0.weight", Tensor<float>::from({1.5f, -2, 3, 0.1f}, {2, 2}));
    w.add("net.0.bias", Tensor<double>::from({0.1, 1e300}, {2}));
    w.add("a", Tensor<float>::from({7}, {}));
    w.add("empty", Tensor<float>(Shape{0, 3}));
    w.add("cursor", std::vector<i64>{-1, i64{1} << 62});
    w.add("rng", std::vector<u64>{~u64{0}});
    w.metadata("format", "pt").metadata("note", "tab\t\"quoted\" \u00e9");
    return w;
  }
  const std::string path = temporary("written.safetensors");
};

TEST_F(Written, ComesBackExactly) {
  writer().write(path);
  const SafeTensors s = read_safetensors(path);
  EXPECT_EQ(s.get<float>("net.0.weight").to_vector(), (std::vector<float>{1.5f, -2, 3, 0.1f}));
  EXPECT_EQ(s.get<double>("net.0.bias").to_vector(), (std::vector<double>{0.1, 1e300}));
  EXPECT_EQ(s.get<double>("net.0.weight").to_vector()[3], static_cast<double>(0.1f));
  EXPECT_EQ(s.get<float>("net.0.bias").to_vector()[0], 0.1f);
  EXPECT_EQ(s.get<float>("a").item(), 7);
  EXPECT_EQ(s.get<float>("empty").shape(), (Shape{0, 3}));
  EXPECT_EQ(s.integers<i64>("cursor"), (std::vector<i64>{-1, i64{1} << 62}));
  EXPECT_EQ(s.integers<u64>("rng"), (std::vector<u64>{~u64{0}}));
  EXPECT_EQ(s.metadata().at("note"), "tab\t\"quoted\" \u00e9");
}

TEST_F(Written, HasTheReferenceWritersOrder) {
  writer().write(path);
  std::vector<std::string> names;
  const SafeTensors s = read_safetensors(path);
  for (const TensorEntry& e : s.entries()) names.push_back(e.name);
  EXPECT_EQ(names, (std::vector<std::string>{"rng", "cursor", "net.0.bias", "a", "empty", "net.0.weight"}));
  SafeTensorsWriter w;
  w.add("b", Tensor<float>::from({1}, {1})).add("a", Tensor<float>::from({2}, {1, 1})).metadata("k", "v");
  w.write(path);
  const std::string header = R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},)"
                             R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})";
  const Bytes file = test::read_file(path);
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  EXPECT_EQ(std::string(file.begin(), file.end()),
            length_bytes(padded.size()) + padded + std::string("\0\0\0\x40\0\0\x80\x3F", 8));
}

TEST_F(Written, SaysWhatItRefuses) {
  SafeTensorsWriter w;
  const auto t = Tensor<float>::from({1}, {1});
  w.add("t", t);
  for (const char* name : {"", "t", "__metadata__", "a\n", "\xFF"}) EXPECT_THROW(w.add(name, t), ValueError) << name;
  EXPECT_THROW(w.add("u", Tensor<float>()), ValueError);
  EXPECT_THROW(w.metadata("k", "\xC0\xAF"), ValueError);
  w.add("infinite", Tensor<double>::from({1, INFINITY}, {2}));
  EXPECT_THAT(test::message_of<ValueError>([&] { w.write(path); }), HasSubstr("'infinite' holds NaN or infinity"));
  w.write(path, {.allow_nonfinite = true});
  EXPECT_TRUE(std::isinf(read_safetensors(path).get<float>("infinite").to_vector()[1]));
}

TEST_F(Written, SavesOverWhatWasLoadedAndLeavesNothingBehind) {
  const std::filesystem::path folder = temporary("safetensors");
  std::filesystem::create_directories(folder);
  writer().write(folder / "a");
  const Bytes before = test::read_file(folder / "a");
  const SafeTensors s = read_safetensors(folder / "a");
  SafeTensorsWriter again;
  again.add("net.0.weight", s.get<float>("net.0.weight"));
  again.write(folder / "a");
  EXPECT_EQ(s.get<float>("net.0.weight").to_vector()[0], 1.5f);
  writer().write(folder / "a");
  EXPECT_EQ(test::read_file(folder / "a"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST_F(Written, FailuresAreReported) {
  EXPECT_THROW(read_safetensors(temporary("absent")), IoError);
  EXPECT_THROW(read_safetensors(testing::TempDir()), IoError);
  EXPECT_THROW(read_safetensors("/dev/zero"), IoError);
  EXPECT_THAT(test::message_of<IoError>([&] { writer().write("/nowhere/a"); }), HasSubstr("/nowhere/a"));
  struct stat status {};
  if (::stat("/dev/full", &status) != 0) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_THAT(test::message_of<IoError>([&] { writer().write("/dev/full"); }), HasSubstr(std::strerror(ENOSPC)));
}

TEST_F(Written, NoTruncationAndNoBitFlipCrashes) {
  writer().write(path);
  const Bytes bytes = test::read_file(path);
  const std::string good(bytes.begin(), bytes.end());
  u64 length = 0;
  std::memcpy(&length, good.data(), 8);
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_THROW(read(good.substr(0, n)), FormatError) << n;
  for (std::size_t bit = 0; bit < 8 * (8 + length); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    try {
      const SafeTensors s = read(bad);  // a letter of a name or of the metadata
      for (const TensorEntry& e : s.entries()) {
        EXPECT_LE(e.bytes.size(), good.size());
        if (e.dtype == DType::f32 || e.dtype == DType::f64) s.get<double>(e.name);
      }
    } catch (const FormatError&) {}
  }
}

}  // namespace
}  // namespace gan::io
