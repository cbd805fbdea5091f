// Folders for what a run writes.
#include "gan/io/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gan/core/error.hpp"
#include "support/files.hpp"

namespace gan::io {
namespace {

namespace fs = std::filesystem;

TEST(Directory, IsMadeWithThoseAboveItAndMayBeThere) {
  const std::string top = test::temporary("directory");
  fs::remove_all(top);
  make_directory(top + "/a/b");
  EXPECT_TRUE(fs::is_directory(top + "/a/b"));
  test::write_file(top + "/a/b/kept", test::bytes_of("as it was"));
  make_directory(top + "/a/b");
  make_directory(top + "/a/b/");
  EXPECT_EQ(test::read_file(top + "/a/b/kept"), test::bytes_of("as it was"));
  fs::remove_all(top);
}

TEST(Directory, WhereAFileIsIsRefusedWithItsPath) {
  const std::string file = test::temporary("no_directory");
  test::write_file(file, {});
  for (const std::string& path : {file, file + "/below"})
    EXPECT_THAT(test::message_of<IoError>([&] { make_directory(path); }),
                testing::StartsWith("[make_directory] " + path + ": cannot make this folder: "));
  fs::remove(file);
}

}  // namespace
}  // namespace gan::io
