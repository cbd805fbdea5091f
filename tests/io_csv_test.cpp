// CsvWriter: what a row looks like, and that it is in the file at once.
#include "gan/io/csv.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <clocale>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "files.hpp"
#include "gan/core/error.hpp"

namespace gan::io {
namespace {

std::string text_of(const std::string& path) {
  const test::Bytes b = test::read_file(path);
  return {b.begin(), b.end()};
}

TEST(Csv, EachRowIsInTheFileAtOnce) {
  const std::string path = test::temporary("a.csv");
  test::write_file(path, test::bytes_of("an older file that was longer than this one will be\n"));
  CsvWriter csv(path, {"round", "loss d", "D(x), \"mean\""});
  EXPECT_EQ(text_of(path), "round,loss d,\"D(x), \"\"mean\"\"\"\n");
  csv.row({1, 0.5, 1.0 / 3});
  EXPECT_TRUE(text_of(path).ends_with("\n1,0.5,0.333333333\n"));
  csv.row({2, NAN, -INFINITY});
  EXPECT_TRUE(text_of(path).ends_with("\n2,nan,-inf\n"));
  CsvWriter moved = std::move(csv);
  moved.row({3000000007, -0.25, 1e-300});
  EXPECT_TRUE(text_of(path).ends_with("\n3000000007,-0.25,1e-300\n"));
}

TEST(Csv, AFloatSurvives) {
  const std::string path = test::temporary("b.csv");
  CsvWriter csv(path, {"x"});
  float x = 1.17549435e-38f;
  std::vector<float> written;
  for (int i = 0; i < 300 && x < 1e38f; ++i, x *= 1.7654321f) {
    written.push_back(x);
    csv.row({x});
  }
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  for (float expected : written) {
    std::getline(in, line);
    EXPECT_EQ(std::strtof(line.c_str(), nullptr), expected) << line;
  }
}

TEST(Csv, TheLocaleDoesNotMatter) {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) GTEST_SKIP() << "the locale de_DE.UTF-8 is not installed";
  const std::string path = test::temporary("c.csv");
  CsvWriter(path, {"x"}).row({0.5});
  std::setlocale(LC_NUMERIC, before.c_str());
  EXPECT_EQ(text_of(path), "x\n0.5\n");
}

TEST(Csv, Refuses) {
  EXPECT_THROW(CsvWriter(test::temporary("d.csv"), {}), ValueError);
  CsvWriter csv(test::temporary("d.csv"), {"a", "b"});
  EXPECT_THROW(csv.row({1}), ValueError);
  EXPECT_THROW(CsvWriter("/nowhere/a.csv", {"a"}), IoError);
  struct stat status {};
  if (::stat("/dev/full", &status) != 0) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_THAT(test::message_of<IoError>([] { CsvWriter("/dev/full", {"a"}); }), testing::HasSubstr("/dev/full"));
}

}  // namespace
}  // namespace gan::io
