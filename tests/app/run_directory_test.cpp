// RunDirectory: one process at a time, and nothing that is there is lost.
#include "gan/app/run_directory.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "support/files.hpp"
#include "gan/app/environment.hpp"
#include "gan/core/error.hpp"
#include "gan/core/fields.hpp"
#include "gan/core/parallel.hpp"

namespace gan::app {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  const test::Bytes b = test::read_file(path);
  return {b.begin(), b.end()};
}

/// A folder that is not there yet.
std::string fresh(const std::string& name) {
  const std::string path = test::temporary(name);
  fs::remove_all(path);
  return path;
}

TEST(RunDirectory, MakesItsFolderAndRecordsTheRun) {
  const std::string path = fresh("a") + "/deep/run";
  RunDirectory run(path + "//");
  EXPECT_EQ(run.path(), path);
  EXPECT_EQ(run.metrics(), path + "/metrics.csv");
  EXPECT_EQ(run.recorded(), "");
  EXPECT_EQ(text_of(path + "/run.lock"), std::to_string(::getpid()) + "\n");
  run.record("seed = 1\n");
  run.record("seed = 2\n");
  EXPECT_EQ(run.recorded(), "seed = 2\n");
  EXPECT_EQ(text_of(run.config()), "seed = 2\n");
  EXPECT_EQ(text_of(run.environment()), to_json(environment()));
  int files = 0;
  for (const auto& entry : fs::directory_iterator(path)) files += entry.exists();
  EXPECT_EQ(files, 3) << "nothing is left beside the lock, config.toml and environment.json";
}

TEST(RunDirectory, LosesNothingOfAnotherRun) {
  const std::string path = fresh("b"), weights = path + "/checkpoints/round_1/weights";
  { RunDirectory(path).record("seed = 1\n"); }
  { RunDirectory run(path); }  // without a checkpoint there is nothing to go on with
  fs::create_directories(path + "/checkpoints");
  { RunDirectory run(path); }
  fs::create_directories(path + "/checkpoints/round_1");
  test::write_file(weights, test::bytes_of("learnt"));
  EXPECT_EQ(test::message_of<UsageError>([&] { RunDirectory run(path); }),
            path + " already holds a run; pass --resume to go on with it, or another --out");
  RunDirectory run(path, {.resume = true});  // the refusal has let go of the lock
  EXPECT_TRUE(run.has_checkpoints());
  EXPECT_EQ(run.recorded(), "seed = 1\n");
  EXPECT_EQ(text_of(weights), "learnt");
}

TEST(RunDirectory, IsForOneAtATime) {
  const std::string path = fresh("c");
  std::optional<RunDirectory> run(path);
  const std::string message = "another process (pid " + std::to_string(::getpid()) + ") trains in " + path +
                              "; wait for it, or pass another --out";
  EXPECT_EQ(test::message_of<UsageError>([&] { RunDirectory second(path); }), message);
  EXPECT_EQ(test::message_of<UsageError>([&] { RunDirectory second(path, {.resume = true}); }), message);
  RunDirectory moved = std::move(*run);
  run.reset();
  EXPECT_EQ(test::message_of<UsageError>([&] { RunDirectory second(path); }), message);
  moved = RunDirectory(fresh("d"));
  EXPECT_NO_THROW(RunDirectory third(path));
}

TEST(RunDirectory, AKilledProcessIsNoObstacle) {
  const std::string path = fresh("e");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(300);  // a fault must not hang the test
    RunDirectory run(path);
    if (::write(ready[1], "x", 1) == 1) ::pause();
    std::_Exit(1);
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(test::message_of<UsageError>([&] { RunDirectory run(path); }),
              HasSubstr("another process (pid " + std::to_string(child) + ") trains in"));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  RunDirectory run(path);
  EXPECT_EQ(text_of(path + "/run.lock"), std::to_string(::getpid()) + "\n");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(RunDirectory, RefusesWhatIsNoFolder) {
  EXPECT_THROW(RunDirectory run(""), UsageError);
  const std::string path = fresh("f");
  test::write_file(path, test::bytes_of("a file"));
  EXPECT_THAT(test::message_of<IoError>([&] { RunDirectory run(path); }), HasSubstr(path));
  EXPECT_EQ(text_of(path), "a file");
  const std::string odd = fresh("g");
  fs::create_directories(odd);
  fs::create_symlink(path, odd + "/run.lock");
  EXPECT_THROW(RunDirectory run(odd), IoError);
  EXPECT_EQ(text_of(path), "a file") << "a link in the lock's place was followed";
  test::write_file(odd + "/checkpoints", test::bytes_of("no folder"));
  fs::remove(odd + "/run.lock");
  EXPECT_THROW(RunDirectory run(odd), UsageError);  // a file that is not empty: something is there
}

TEST(Environment, TellsWhatTheRunDependsOn) {
  set_threads(3);
  Environment e = environment();
  EXPECT_EQ(e.threads, 3);
  set_threads(1);
  EXPECT_GE(e.cores, 1);
  EXPECT_THAT(e.isa, testing::AnyOf("base", "v2", "v3", "v4"));
  EXPECT_THAT(e.compiler, testing::MatchesRegex("(gcc|clang) [0-9]+\\..*"));
  EXPECT_THAT(e.os, HasSubstr("Linux"));
  e.visit([](const char* name, auto& value, const char*) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
      EXPECT_NE(value, "") << name;
    }
  });
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  if (std::string(host).size() > 6) {  // a short name may be part of another word
    EXPECT_THAT(to_json(e), Not(HasSubstr(host)));
  }
  EXPECT_EQ(to_json(read_fields<Environment>(write_fields(e))), to_json(e));
}

TEST(Environment, IsJsonForPython) {
  if (std::system("python3 -c 'import json' 2>/dev/null") != 0) GTEST_SKIP() << "there is no python3";
  Environment e = environment();
  e.cpu = "a \"b\" \\ \n \x01 \xC3\xA9";
  e.threads = 5;
  const std::string json = test::temporary("e.json"), script = test::temporary("e.py");
  test::write_file(json, test::bytes_of(to_json(e)));
  test::write_file(script, test::bytes_of("import json, sys\ne = json.load(open(sys.argv[1], encoding='utf-8'))\n"
                                          "assert e['cpu'] == 'a \"b\" \\\\ \\n \\x01 \\u00e9', e['cpu']\n"
                                          "assert e['threads'] == 5 and len(e) == 9\n"));
  EXPECT_EQ(std::system(("python3 " + script + " " + json).c_str()), 0);
}

}  // namespace
}  // namespace gan::app
