// The program gan as a function: what it prints, and what it refuses. Training, resuming and applying are tested as
// processes: tests/programs/systems.py.
#include "gan/app/gan_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/core/error.hpp"
#include "support/files.hpp"

namespace gan::app {
namespace {

using testing::HasSubstr;

/// What `gan WORDS…` prints.
std::string printed(std::vector<std::string> words) {
  words.insert(words.begin(), "gan");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  testing::internal::CaptureStdout();
  EXPECT_EQ(gan_program(static_cast<int>(argv.size()), argv.data()), 0);
  return testing::internal::GetCapturedStdout();
}

std::string refused(std::vector<std::string> words) {
  words.insert(words.begin(), "gan");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return test::message_of<UsageError>([&] { gan_program(static_cast<int>(argv.size()), argv.data()); });
}

TEST(GanProgram, ListsAndShowsSystems) {
  const std::string list = printed({"list"});
  for (const char* name : {"goodfellow", "vanilla", "dcgan", "conditional_dcgan"}) EXPECT_THAT(list, HasSubstr(name));
  const std::string shown = printed({"show", "conditional_dcgan"});
  EXPECT_THAT(shown, HasSubstr("can sample: takes z, labels"));
  EXPECT_THAT(shown, HasSubstr("G: 6820538 trainable parameters"));
  EXPECT_THAT(shown, HasSubstr("weight-decay = "));
  EXPECT_THAT(printed({"--help"}), HasSubstr("gan COMMAND"));
}

TEST(GanProgram, ShellsCompleteItsFlags) {
  const std::string script = printed({"completion", "bash"});
  EXPECT_THAT(script, HasSubstr("complete -o default -F _gan gan"));
  EXPECT_THAT(script, HasSubstr("--learning-rate"));
}

TEST(GanProgram, NamesWhatIsWrong) {
  EXPECT_EQ(refused({"trian"}), "no such command 'trian'; did you mean 'train'?");
  EXPECT_EQ(refused({"train"}), "gan train takes one system; gan list names them");
  EXPECT_EQ(refused({"train", "dcgam"}), "there is no system 'dcgam'; did you mean 'dcgan'?");
  EXPECT_EQ(refused({"show"}), "gan show takes one system or run, not 0");
  EXPECT_EQ(refused({"apply", "run", "in.png"}),
            "gan apply takes a run, at least one image, and the file or folder to write");
  EXPECT_EQ(refused({"completion", "fish"}), "there is completion for bash only, not for 'fish'");
  EXPECT_THAT(refused({"train", "dcgan", "--latnet", "3"}), HasSubstr("did you mean '--latent'?"));
}

}  // namespace
}  // namespace gan::app
