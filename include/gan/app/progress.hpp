// How far a program is, on stderr: a bar that is redrawn on a terminal, a plain line now and then elsewhere.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::app {

/// A number that is watched, such as {"D(x)", 0.5}.
struct Metric {
  std::string name;
  double value;
};

/// All that a progress line tells.
struct ProgressState {
  i64 done = 0, total = 0;     ///< rounds; total 0: unknown
  std::string unit = "round";  ///< what is counted, if not rounds
  double rounds_per_second = 0;
  double images_per_second = 0;  ///< 0: not shown
  std::vector<Metric> metrics;
};

/// " 42% [########------------]  420/1000  12.5 rounds/s  800 images/s  ETA 0:46  loss_d 0.693": at most `columns`
/// wide; where it is tight the bar shrinks, then metrics are left out from the last, then the rest is cut. With colour,
/// the bar is green. Without escape sequences else, and without a newline.
std::string format_bar(const ProgressState& state, int columns, bool colour);
/// "round 420/1000 (42%)  12.5 rounds/s  800 images/s  ETA 0:46  loss_d 0.693": as long as it takes, no newline.
std::string format_line(const ProgressState& state);

enum class ProgressStyle { automatic, bar, plain, none };

/// Reads "auto", "bar", "plain" or "none". Throws UsageError naming the nearest.
ProgressStyle parse_progress_style(std::string_view text);

struct ProgressOptions {
  i64 total = 0;                                   ///< rounds, 0: unknown
  i64 images_per_round = 0;                        ///< 0: no images/s
  std::string unit = "round";                      ///< what is counted, if not rounds
  ProgressStyle style = ProgressStyle::automatic;  ///< bar on a terminal unless $CI is set or $TERM is dumb, else plain
  double seconds_between_lines = 10;               ///< plain lines; the bar is redrawn ten times a second
  int file = 2;                                    ///< descriptor to write to; stderr
  std::function<double()> clock = {};              ///< seconds; the steady clock by default
};

class Progress {
 public:
  explicit Progress(ProgressOptions options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// As finish().
  ~Progress();

  /// Whether update() would write now: whoever pays for its metrics can ask first.
  bool due() const;
  /// Tells that `done` rounds are played; writes when it is due. Rates are those of the last seconds. Colour is used on
  /// a terminal unless $NO_COLOR is set. A line that cannot be written is dropped: progress never stops a run.
  void update(i64 done, std::span<const Metric> metrics);
  /// A line of its own, above the bar.
  void note(std::string_view text);
  /// Writes the last state if it is not written yet, and ends the bar's line.
  void finish();

 private:
  void measure(i64 done, double now);
  void draw(double now);
  void put(const std::string& text) const;

  ProgressOptions options_;
  ProgressState state_;
  bool bar_ = false, colour_ = false, drawn_ = true, on_screen_ = false;
  double last_draw_ = 0;
  struct Mark {
    double time;
    i64 done;
  };
  std::vector<Mark> marks_;  // a window of the last seconds, oldest first
};

}  // namespace gan::app
