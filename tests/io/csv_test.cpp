// CsvWriter: what a row looks like, and that it is in the file at once.
#include "gan/io/csv.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <clocale>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "support/files.hpp"
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

const std::vector<std::string> columns{"round", "loss, \"D\"", "x"};

void rows(CsvWriter& csv, i64 from, i64 to) {
  for (i64 round = from; round <= to; round += 10)
    csv.row({static_cast<double>(round), 1.0 / static_cast<double>(round), NAN});
}

/// A table of rounds 10 to 100, played in one go.
std::string uninterrupted() {
  const std::string path = test::temporary("whole.csv");
  CsvWriter csv(path, columns);
  rows(csv, 10, 100);
  return text_of(path);
}

TEST(CsvResume, GoesOnAsIfNeverInterrupted) {
  const std::string whole = uninterrupted(), path = test::temporary("r.csv");
  std::size_t kept = 0;  // the bytes up to the end of round 50
  for (int line = 0; line < 6; ++line) kept = whole.find('\n', kept) + 1;
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {  // the process, or the machine, stopped anywhere
    test::write_file(path, test::bytes_of(whole.substr(0, cut)));
    const i64 done = cut < kept ? 0 : 50;  // an earlier checkpoint than the file's last row, or none
    {
      CsvWriter csv(path, columns, {.keep_until = done});
      rows(csv, done + 10, 100);
    }
    ASSERT_EQ(text_of(path), whole) << "cut after " << cut << " bytes";
  }
}

TEST(CsvResume, DropsTheOddLastRow) {
  const std::string path = test::temporary("odd.csv");
  {
    CsvWriter csv(path, columns);
    rows(csv, 10, 50);
    csv.row({57, 1, 2});
  }
  {
    CsvWriter csv(path, columns, {.keep_until = 57, .keep_every = 10});
    rows(csv, 60, 100);
  }
  EXPECT_EQ(text_of(path), uninterrupted());
  EXPECT_THROW(CsvWriter(path, columns, {.keep_until = 57, .keep_every = 0}), ValueError);
  EXPECT_EQ(text_of(path), uninterrupted());
}

TEST(CsvResume, WithoutAFileItBeginsOne) {
  const std::string path = test::temporary("none.csv");
  CsvWriter csv(path, columns, {.keep_until = 50});
  rows(csv, 10, 100);
  csv.synchronise();
  EXPECT_EQ(text_of(path), uninterrupted());
}

TEST(CsvResume, KeepsWhatIsWholeAsItIs) {
  const std::string path = test::temporary("same.csv");
  test::write_file(path, test::bytes_of(uninterrupted()));
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(path.c_str(), &before), 0);
  CsvWriter(path, columns, {.keep_until = 100});
  ASSERT_EQ(::stat(path.c_str(), &after), 0);
  EXPECT_EQ(text_of(path), uninterrupted());
  EXPECT_EQ(before.st_ino, after.st_ino) << "nothing to drop, so nothing to rewrite";
}

TEST(CsvResume, RefusesAnotherTable) {
  const std::string path = test::temporary("other.csv");
  const auto refusal = [&](const std::string& text) {
    test::write_file(path, test::bytes_of(text));
    const std::string message = test::message_of<FormatError>([&] { CsvWriter(path, columns, {.keep_until = 50}); });
    EXPECT_EQ(text_of(path), text) << "a refused file stays as it is";
    return message;
  };
  const std::string header = "round,\"loss, \"\"D\"\"\",x\n";
  EXPECT_THAT(refusal("round,\"loss, \"\"G\"\"\",x\n"),
              testing::HasSubstr("column 2 is 'loss, \"G\"', not 'loss, \"D\"'"));
  EXPECT_THAT(refusal("round,\"loss, \"\"D\"\"\"\n"), testing::HasSubstr("has 2 columns, not 3"));
  EXPECT_THAT(refusal("round,\"loss, \"\"D\"\"\",x,y\n"), testing::HasSubstr("has 4 columns, not 3"));
  EXPECT_THAT(refusal("something else"), testing::HasSubstr("column 1 is 'something else', not 'round'"));
  EXPECT_THAT(refusal(header + "10,1,2\n20,1\n30,1,2\n"), testing::HasSubstr("line 3 is no row of 3 numbers"));
  EXPECT_THAT(refusal(header + "\n"), testing::HasSubstr("line 2 is no row"));
  EXPECT_THAT(refusal(header + "x,1,2\n"), testing::HasSubstr("line 2 is no row"));
  EXPECT_THROW(CsvWriter("/", columns, {.keep_until = 1}), IoError);
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
