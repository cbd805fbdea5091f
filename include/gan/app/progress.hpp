// The progress of a program, on stderr: a redrawn bar on a terminal, a plain line now and then elsewhere.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gan/core/shape.hpp"

namespace gan::app {

/// A metric to display, such as {"D(x)", 0.5}.
struct Metric {
  std::string name;
  double value;
};

/// The contents of a progress line.
struct ProgressState {
  i64 done = 0, total = 0;     ///< rounds; total 0: unknown
  std::string unit = "round";  ///< what is counted, if not rounds
  double rounds_per_second = 0;
  double images_per_second = 0;  ///< 0: not shown
  std::vector<Metric> metrics;
};

/// " 42% [########------------]  420/1000  12.5 rounds/s  800 images/s  ETA 0:46  loss_d 0.693": at most `columns`
/// wide. If space is short, the bar shrinks, then metrics are dropped from the last, then the rest is cut. With colour,
/// the bar is green; there are no other escape sequences, and no newline.
std::string format_bar(const ProgressState& state, int columns, bool colour);
/// "round 420/1000 (42%)  12.5 rounds/s  800 images/s  ETA 0:46  loss_d 0.693": of any length, no newline.
std::string format_line(const ProgressState& state);

enum class ProgressStyle { automatic, bar, plain, none };

/// Parses "auto", "bar", "plain" or "none". Throws UsageError naming the nearest of these.
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
  /// Calls finish().
  ~Progress();

  /// Whether update() would write now, to be checked before computing expensive metrics.
  bool due() const;
  /// Reports that `done` rounds have been played; writes if due. Rates are those of the last few seconds. Colour is
  /// used on a terminal unless $NO_COLOR is set. A line that cannot be written is dropped: progress never stops a run.
  void update(i64 done, std::span<const Metric> metrics);
  /// Writes text on a separate line, above the bar.
  void note(std::string_view text);
  /// Writes the last state if it has not been written, and ends the line of the bar.
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
  std::vector<Mark> marks_;  // a window of the last few seconds, oldest first
};

}  // namespace gan::app
