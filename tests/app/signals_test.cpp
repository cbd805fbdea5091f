// SignalGuard, in processes of its own: this one must not lose its handlers.
#include "gan/app/signals.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "gan/core/error.hpp"

namespace gan::app {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

/// A program that trains until a signal comes.
[[noreturn]] void play(int signal) {
  {
    SignalGuard signals;
    signals.remember();
    if (signals.received() != 0) std::_Exit(1);
    ::raise(signal);
    if (signals.received() == signal) std::_Exit(SignalGuard::exit_code(signal));
  }
  std::_Exit(2);
}

TEST(SignalGuard, RemembersTheSignal) {
  EXPECT_EXIT(play(SIGINT), ExitedWithCode(130), "");
  EXPECT_EXIT(play(SIGTERM), ExitedWithCode(143), "");
  EXPECT_EXIT(play(SIGUSR1), KilledBySignal(SIGUSR1), "") << "others are left alone";
}

TEST(SignalGuard, EndsAtOnceWhatHasNothingToSave) {
  const auto prepare = [](int signal) {
    SignalGuard signals;
    ::raise(signal);
    std::_Exit(1);
  };
  EXPECT_EXIT(prepare(SIGINT), ExitedWithCode(130), "");
  EXPECT_EXIT(prepare(SIGTERM), ExitedWithCode(143), "");
  const auto again = [](int signal) {
    { SignalGuard().remember(); }
    SignalGuard second;  // it begins as the first did
    ::raise(signal);
    std::_Exit(1);
  };
  EXPECT_EXIT(again(SIGTERM), ExitedWithCode(143), "");
}

TEST(SignalGuard, ASecondInterruptEndsTheProgramAtOnce) {
  const auto raise_all = [](std::initializer_list<int> numbers) {
    SignalGuard signals;
    signals.remember();
    for (const int number : numbers) ::raise(number);
    std::_Exit(signals.received());
  };
  EXPECT_EXIT(raise_all({SIGINT, SIGINT}), KilledBySignal(SIGINT), "");
  EXPECT_EXIT(raise_all({SIGTERM, SIGINT}), KilledBySignal(SIGINT), "");
  EXPECT_EXIT(raise_all({SIGTERM, SIGTERM}), ExitedWithCode(SIGTERM), "");
  EXPECT_EXIT(raise_all({SIGINT, SIGTERM}), ExitedWithCode(SIGINT), "");
}

TEST(SignalGuard, AnotherProcessCanStopIt) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::alarm(300);  // a fault must not hang the test
    SignalGuard signals;
    signals.remember();
    if (::write(ready[1], "x", 1) != 1) std::_Exit(1);
    while (signals.received() == 0) ::usleep(1000);
    std::_Exit(SignalGuard::exit_code(signals.received()));
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(::kill(child, SIGTERM), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 143);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(SignalGuard, AReadGoesOnAfterTheSignal) {
  const auto read_across_a_signal = [] {
    int ends[2];
    if (::pipe(ends) != 0) std::_Exit(1);
    SignalGuard signals;
    signals.remember();
    const pid_t parent = ::getpid(), child = ::fork();
    if (child == 0) {
      ::usleep(20000);  // by then the parent waits; if not, the test says nothing wrong
      ::kill(parent, SIGTERM);
      ::usleep(20000);
      std::_Exit(::write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    char byte = 0;
    const bool whole = ::read(ends[0], &byte, 1) == 1 && byte == 'x' && signals.received() == SIGTERM;
    ::waitpid(child, nullptr, 0);
    std::_Exit(whole ? 0 : 1);
  };
  EXPECT_EXIT(read_across_a_signal(), ExitedWithCode(0), "");
}

void other_handler(int) {}

TEST(SignalGuard, PutsBackWhatWasThere) {
  struct sigaction mine = {}, before = {}, interrupt = {}, after = {};
  mine.sa_handler = other_handler;
  ASSERT_EQ(::sigaction(SIGTERM, &mine, &before), 0);
  ASSERT_EQ(::sigaction(SIGINT, nullptr, &interrupt), 0);
  {
    SignalGuard signals;
    signals.remember();
    ASSERT_EQ(::sigaction(SIGTERM, nullptr, &after), 0);
    EXPECT_NE(after.sa_handler, other_handler);
    EXPECT_THROW(SignalGuard(), ValueError);
    ::raise(SIGTERM);
    EXPECT_EQ(signals.received(), SIGTERM);
  }
  ASSERT_EQ(::sigaction(SIGTERM, &before, &after), 0);
  EXPECT_EQ(after.sa_handler, other_handler);
  ASSERT_EQ(::sigaction(SIGINT, nullptr, &after), 0);
  EXPECT_EQ(after.sa_handler, interrupt.sa_handler);
  SignalGuard again;
  EXPECT_EQ(again.received(), 0) << "an old signal is forgotten";
}

}  // namespace
}  // namespace gan::app
