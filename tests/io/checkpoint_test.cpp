// A folder of checkpoints: which are there, which is read, which are deleted.
#include "gan/io/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "support/files.hpp"

namespace gan::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Folder : public testing::Test {
 protected:
  Folder() : path(test::temporary("checkpoint_folder")) { fs::remove_all(path); }
  ~Folder() override { fs::remove_all(path); }

  static SafeTensorsWriter holding(float number) {
    SafeTensorsWriter w;
    w.add("number", Var::scalar(number));
    return w;
  }
  std::string target(const std::string& link) const { return fs::read_symlink(path + "/" + link).string(); }
  void damage(const std::string& file) const {
    test::Bytes bytes = test::read_file(file);
    bytes.back() ^= 1;
    test::write_file(file, bytes);
  }

  std::string path;
};

TEST_F(Folder, NamesFilesByRoundAndListsThemInOrder) {
  CheckpointFolder folder(path);
  EXPECT_THAT(folder.rounds(), IsEmpty());
  EXPECT_EQ(folder.file_of(400), path + "/round_00000400.safetensors");
  EXPECT_EQ(folder.file_of(123456789), path + "/round_123456789.safetensors");
  for (const i64 round : {i64{123456789}, i64{7}, i64{400}}) test::write_file(folder.file_of(round), {});
  for (const char* other : {"round_.safetensors", "round_x.safetensors", "round_00000001.safetensors.tmp",
                            "round_1.png", "best.safetensors", "round_-0000001.safetensors"})
    test::write_file(path + "/" + other, {});
  EXPECT_THAT(folder.rounds(), ElementsAre(7, 400, 123456789));
}

TEST_F(Folder, KeepsTheNewestAndTheBest) {
  CheckpointFolder folder(path);
  for (const i64 round : {10, 20, 30, 40}) folder.write(holding(static_cast<float>(round)), round, 2, round == 10);
  EXPECT_THAT(folder.rounds(), ElementsAre(10, 30, 40));
  EXPECT_EQ(target("best.safetensors"), "round_00000010.safetensors");
  EXPECT_EQ(target("latest.safetensors"), "round_00000040.safetensors");
  folder.write(holding(50), 50, 2, true);
  EXPECT_THAT(folder.rounds(), ElementsAre(40, 50)) << "the best of before is one of the older";
  EXPECT_EQ(target("best.safetensors"), "round_00000050.safetensors");
  EXPECT_EQ(read_safetensors(path + "/latest.safetensors").get<float>("number").item(), 50);
}

TEST_F(Folder, NeverDeletesTheOneJustWritten) {
  CheckpointFolder folder(path);
  for (const i64 round : {1, 2, 3}) folder.write(holding(0), round, 9);
  folder.write(holding(0), 0, 0);  // a training that began anew, and no wish to keep any
  EXPECT_THAT(folder.rounds(), ElementsAre(0, 3));
  EXPECT_EQ(target("latest.safetensors"), "round_00000000.safetensors");
}

TEST_F(Folder, LinkAndPruneDoesWhatAKilledProcessDidNot) {
  CheckpointFolder folder(path);
  for (const i64 round : {1, 2}) folder.write(holding(static_cast<float>(round)), round, 2);
  holding(3).write(folder.file_of(3), {.checksum = true});  // and killed
  EXPECT_EQ(target("latest.safetensors"), "round_00000002.safetensors");
  folder.link_and_prune(3, 2, true);
  EXPECT_THAT(folder.rounds(), ElementsAre(2, 3));
  EXPECT_EQ(target("latest.safetensors"), "round_00000003.safetensors");
  EXPECT_EQ(target("best.safetensors"), "round_00000003.safetensors");
}

TEST_F(Folder, TheNewestPassesOverDamagedOnes) {
  CheckpointFolder folder(path);
  EXPECT_FALSE(folder.newest().has_value());
  for (const i64 round : {1, 2, 3}) folder.write(holding(static_cast<float>(round)), round, 9);
  EXPECT_EQ(folder.newest()->round, 3);
  EXPECT_THAT(folder.newest()->damaged, IsEmpty());
  damage(folder.file_of(3));
  test::write_file(folder.file_of(2), {});
  const auto found = folder.newest();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->round, 1);
  EXPECT_EQ(found->file.get<float>("number").item(), 1);
  EXPECT_THAT(found->damaged, ElementsAre(HasSubstr("round_00000003"), HasSubstr("round_00000002")));
  damage(folder.file_of(1));
  const std::string message = test::message_of<FormatError>([&] { folder.newest(); });
  for (const char* name : {"no checkpoint is whole", "round_00000001", "round_00000002", "round_00000003"})
    EXPECT_THAT(message, HasSubstr(name));
}

TEST_F(Folder, HalfWrittenFilesGoUnlessTheFolderIsAnothers) {
  fs::create_directories(path);
  const std::string left = path + "/round_00000005.safetensors.tmp.1.2";
  test::write_file(left, test::bytes_of("left by a killed process"));
  EXPECT_THAT(CheckpointFolder::of_others(path).rounds(), IsEmpty());
  EXPECT_TRUE(fs::exists(left));
  EXPECT_THAT(CheckpointFolder(path).rounds(), IsEmpty());
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(Folder, ThatIsNoneIsRefused) {
  EXPECT_THROW(CheckpointFolder::of_others(path).rounds(), IoError);
  test::write_file(path, {});
  EXPECT_THROW(CheckpointFolder{path}, IoError);
  fs::remove(path);
}

TEST_F(Folder, ACheckpointThatCannotBeWrittenDeletesNothing) {
  CheckpointFolder folder(path);
  for (const i64 round : {1, 2}) folder.write(holding(0), round, 2);
  EXPECT_THROW(folder.write(holding(std::numeric_limits<float>::quiet_NaN()), 3, 1), ValueError);
  EXPECT_THAT(folder.rounds(), ElementsAre(1, 2));
  EXPECT_EQ(target("latest.safetensors"), "round_00000002.safetensors");
}

}  // namespace
}  // namespace gan::io
