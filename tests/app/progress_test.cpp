// Progress: what lines look like, when they are written, and that a pipe gets no carriage return.
#include "gan/app/progress.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "gan/core/error.hpp"

namespace gan::app {
namespace {

using testing::HasSubstr;
using testing::Not;

ProgressState state() {
  return {.done = 420,
          .total = 1000,
          .rounds_per_second = 12.5,
          .images_per_second = 800,
          .metrics = {{"loss_d", 0.69314}, {"loss_g", 1.25}, {"D(x)", 0.5}, {"D(G(z))", NAN}}};
}

TEST(FormatLine, TellsEverything) {
  EXPECT_EQ(format_line(state()),
            "round 420/1000 (42%)  12.5 rounds/s  800 images/s  ETA 0:47  loss_d 0.6931  loss_g 1.25  D(x) 0.5  "
            "D(G(z)) nan");
  EXPECT_EQ(format_line({.done = 3, .metrics = {}}), "round 3");
  EXPECT_EQ(format_line({.done = 999, .total = 1000, .metrics = {}}), "round 999/1000 (99%)");
}

TEST(FormatLine, EtaGrowsWithItsUnits) {
  const auto eta = [](double seconds) {
    return format_line({.done = 0, .total = 1, .rounds_per_second = 1 / seconds, .metrics = {}});
  };
  EXPECT_THAT(eta(59), HasSubstr("ETA 0:59"));
  EXPECT_THAT(eta(725), HasSubstr("ETA 12:05"));
  EXPECT_THAT(eta(3 * 3600 + 130), HasSubstr("ETA 3:02:10"));
  EXPECT_THAT(eta(4 * 86400 + 6 * 3600), HasSubstr("ETA 4d 06h"));
  EXPECT_THAT(eta(1e30), HasSubstr("ETA 10000d 00h"));
}

TEST(FormatBar, FitsItsColumns) {
  EXPECT_EQ(format_bar(state(), 200, false),
            " 42% [############------------------]  420/1000  12.5 rounds/s  800 images/s  ETA 0:47  loss_d 0.6931  "
            "loss_g 1.25  D(x) 0.5  D(G(z)) nan");
  EXPECT_EQ(format_bar(state(), 80, false),
            " 42% [##########--------------]  420/1000  12.5 rounds/s  800 images/s  ETA 0:47");
  for (int columns = 0; columns < 200; ++columns)
    EXPECT_LE(format_bar(state(), columns, false).size(), static_cast<std::size_t>(columns)) << columns;
  EXPECT_EQ(format_bar({.done = 7, .metrics = {{"x", 1}}}, 80, false), "7  x 1");
}

TEST(FormatBar, ColourAddsEscapesOnly) {
  std::string text = format_bar(state(), 90, true);
  EXPECT_THAT(text, HasSubstr("\x1b[32m####"));
  for (const std::string escape : {"\x1b[32m", "\x1b[0m"}) text.erase(text.find(escape), escape.size());
  EXPECT_EQ(text, format_bar(state(), 90, false));
}

TEST(ProgressStyle, IsReadByName) {
  EXPECT_EQ(parse_progress_style("bar"), ProgressStyle::bar);
  EXPECT_EQ(parse_progress_style("auto"), ProgressStyle::automatic);
  EXPECT_THROW(parse_progress_style("plane"), UsageError);
}

/// What a run of 1,000 rounds, 0.05 s each, writes.
std::string run(int read_end, int write_end, ProgressStyle style, i64 rounds = 1000) {
  double now = 0;
  {
    Progress p(
        {.total = rounds, .images_per_round = 64, .style = style, .file = write_end, .clock = [&] { return now; }});
    for (i64 i = 1; i <= rounds; ++i) {
      now += 0.05;
      const Metric metrics[] = {{"loss_d", 1.0 / static_cast<double>(i)}};
      p.update(i, metrics);
      if (i == rounds / 2) p.note("samples/half.png");
    }
  }
  ::fcntl(read_end, F_SETFL, O_NONBLOCK);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(read_end, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

std::string run_in_pipe(ProgressStyle style, i64 rounds = 1000) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  const std::string text = run(ends[0], ends[1], style, rounds);
  ::close(ends[0]);
  ::close(ends[1]);
  return text;
}

TEST(Progress, APipeGetsAPlainLineNowAndThen) {
  const std::string text = run_in_pipe(ProgressStyle::automatic);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 0);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\x1b'), 0);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);  // 50 s in tens, and a note
  EXPECT_THAT(text, HasSubstr("20.0 rounds/s  1280 images/s"));
  EXPECT_THAT(text, HasSubstr("\nsamples/half.png\n"));
  EXPECT_THAT(text, HasSubstr("round 1000/1000 (100%)"));
}

TEST(Progress, AShortRunStillWritesItsLastState) {
  const std::string text = run_in_pipe(ProgressStyle::automatic, 10);
  EXPECT_THAT(text, HasSubstr("round 10/10 (100%)"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(Progress, NoneWritesNothing) { EXPECT_EQ(run_in_pipe(ProgressStyle::none), ""); }

TEST(Progress, ABarIsRedrawnAtMostTenTimesASecond) {
  const std::string text = run_in_pipe(ProgressStyle::bar);
  const auto draws = std::count(text.begin(), text.end(), '\r');
  EXPECT_GE(draws, 400);
  EXPECT_LE(draws, 505);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_TRUE(text.ends_with("\n"));
}

/// A terminal 60 columns wide.
class Terminal : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"CI", "NO_COLOR"}) ::unsetenv(name);
    ::setenv("TERM", "xterm", 1);
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) GTEST_SKIP() << "no pseudo-terminal";
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    if (slave_ < 0) GTEST_SKIP() << "no pseudo-terminal";
    winsize size{};
    size.ws_col = 60;
    ::ioctl(slave_, TIOCSWINSZ, &size);
    termios mode{};
    ::tcgetattr(slave_, &mode);
    ::cfmakeraw(&mode);
    ::tcsetattr(slave_, TCSANOW, &mode);
  }
  void TearDown() override {
    ::close(slave_);
    ::close(master_);
  }
  std::string written() { return run(master_, slave_, ProgressStyle::automatic, 40); }

  int master_ = -1, slave_ = -1;
};

TEST_F(Terminal, GetsABarOfItsWidth) {
  std::string text = written();
  EXPECT_GT(std::count(text.begin(), text.end(), '\r'), 5);
  EXPECT_THAT(text, HasSubstr("\x1b[32m"));
  for (const std::string escape : {"\x1b[32m", "\x1b[0m", "\x1b[K"})
    for (std::size_t at; (at = text.find(escape)) != std::string::npos;) text.erase(at, escape.size());
  std::size_t width = 0;
  for (char c : text) {
    width = c == '\r' || c == '\n' ? 0 : width + 1;
    ASSERT_LT(width, 60u);
  }
}

TEST_F(Terminal, NoColorIsHonoured) {
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_THAT(written(), Not(HasSubstr("\x1b[32m")));
}

TEST_F(Terminal, CiAndDumbGetPlainLines) {
  ::setenv("CI", "true", 1);
  EXPECT_THAT(written(), Not(HasSubstr("\r")));
  ::unsetenv("CI");
  ::setenv("TERM", "dumb", 1);
  EXPECT_THAT(written(), Not(HasSubstr("\r")));
}

}  // namespace
}  // namespace gan::app
