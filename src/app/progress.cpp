// Progress lines.
#include "gan/app/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "gan/core/error.hpp"
#include "gan/core/suggest.hpp"

namespace gan::app {
namespace {

constexpr double window_seconds = 10, seconds_between_redraws = 0.1, seconds_between_marks = 0.25;

std::string number(const char* format, double v) {
  char text[64];
  std::snprintf(text, sizeof text, format, v);
  return text;
}

/// Three significant digits up to 999, whole numbers above.
std::string rate(double v) { return number(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v); }

/// "0:46", "12:05", "3:02:10", "4d 06h".
std::string duration(double seconds) {
  const double limit = 86400.0 * 10000;
  const auto s = static_cast<long>(std::ceil(std::min(seconds, limit)));
  char text[64];
  if (s < 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld", s / 60, s % 60);
  else if (s < 86400)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
  else
    std::snprintf(text, sizeof text, "%ldd %02ldh", s / 86400, s / 3600 % 24);
  return text;
}

double fraction(const ProgressState& s) {
  return s.total > 0 ? std::clamp(static_cast<double>(s.done) / static_cast<double>(s.total), 0.0, 1.0) : 0;
}

std::string count(const ProgressState& s) {
  return std::to_string(s.done) + (s.total > 0 ? "/" + std::to_string(s.total) : "");
}

/// Never 100 before the end.
std::string percent(const ProgressState& s) { return number("%.0f%%", std::floor(100 * fraction(s))); }

std::string speed(const ProgressState& s) {
  std::string text;
  if (s.rounds_per_second > 0) text += "  " + rate(s.rounds_per_second) + " " + s.unit + "s/s";
  if (s.images_per_second > 0) text += "  " + rate(s.images_per_second) + " images/s";
  if (s.rounds_per_second > 0 && s.total > s.done)
    text += "  ETA " + duration(static_cast<double>(s.total - s.done) / s.rounds_per_second);
  return text;
}

std::string metric(const Metric& f) { return "  " + f.name + " " + number("%.4g", f.value); }

bool set_and_filled(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool is_terminal(int file) {
  const char* term = std::getenv("TERM");
  return ::isatty(file) == 1 && term != nullptr && std::string_view(term) != "dumb" && !set_and_filled("CI");
}

int columns_of(int file) {
  winsize size{};
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string format_bar(const ProgressState& s, int columns, bool colour) {
  constexpr int widest = 30, narrowest = 10;
  const auto room = static_cast<std::size_t>(std::max(columns, 0));
  const std::string head =
      s.total > 0 ? std::string(4 - std::min<std::size_t>(4, percent(s).size()), ' ') + percent(s) : "";
  std::string tail = "  " + count(s) + speed(s);
  const std::size_t frame = s.total > 0 ? 3 : 0;  // " [" and "]"
  std::size_t used = head.size() + frame + tail.size() + (s.total > 0 ? narrowest : 0);
  for (const Metric& f : s.metrics) {
    const std::string text = metric(f);
    if (used + text.size() > room) break;
    used += text.size();
    tail += text;
  }
  if (s.total == 0) return tail.substr(2, room);
  if (used > room) return (head + tail).substr(0, room);  // no room for a bar
  const std::size_t width = std::min<std::size_t>(widest, narrowest + room - used);
  const auto full = static_cast<std::size_t>(fraction(s) * static_cast<double>(width));
  const std::string bar = std::string(full, '#') + std::string(width - full, '-');
  return head + " [" + (colour ? "\x1b[32m" + bar + "\x1b[0m" : bar) + "]" + tail;
}

std::string format_line(const ProgressState& s) {
  std::string text = s.unit + " " + count(s) + (s.total > 0 ? " (" + percent(s) + ")" : "") + speed(s);
  for (const Metric& f : s.metrics) text += metric(f);
  return text;
}

ProgressStyle parse_progress_style(std::string_view text) {
  const std::string names[] = {"auto", "bar", "plain", "none"};
  for (int i = 0; i < 4; ++i)
    if (text == names[i]) return static_cast<ProgressStyle>(i);
  throw UsageError("progress cannot be '" + std::string(text) + "'; did you mean '" + nearest(text, names) + "'?");
}

Progress::Progress(ProgressOptions options) : options_(std::move(options)) {
  if (!options_.clock) {
    options_.clock = [] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
  }
  const bool terminal = is_terminal(options_.file);
  bar_ = options_.style == ProgressStyle::bar || (options_.style == ProgressStyle::automatic && terminal);
  colour_ = bar_ && terminal && !set_and_filled("NO_COLOR");
  state_.total = options_.total;
  state_.unit = options_.unit;
  last_draw_ = options_.clock();
}

Progress::~Progress() { finish(); }

bool Progress::due() const {
  return options_.style != ProgressStyle::none &&
         options_.clock() - last_draw_ >= (bar_ ? seconds_between_redraws : options_.seconds_between_lines);
}

void Progress::update(i64 done, std::span<const Metric> metrics) {
  if (options_.style == ProgressStyle::none) return;
  const double now = options_.clock();
  measure(done, now);
  state_.metrics.assign(metrics.begin(), metrics.end());
  drawn_ = false;
  if (now - last_draw_ >= (bar_ ? seconds_between_redraws : options_.seconds_between_lines)) draw(now);
}

void Progress::measure(i64 done, double now) {
  state_.done = done;
  if (marks_.empty() || done < marks_.back().done) marks_.assign(1, {now, done});
  if (now - marks_.back().time >= seconds_between_marks) marks_.push_back({now, done});
  while (marks_.size() > 2 && now - marks_[1].time >= window_seconds) marks_.erase(marks_.begin());
  const double seconds = now - marks_.front().time;
  if (seconds <= 0) return;
  state_.rounds_per_second = static_cast<double>(done - marks_.front().done) / seconds;
  state_.images_per_second = state_.rounds_per_second * static_cast<double>(options_.images_per_round);
}

void Progress::draw(double now) {
  last_draw_ = now;
  drawn_ = true;
  if (bar_) {  // one column stays free: a full line would wrap on some terminals
    put("\r" + format_bar(state_, columns_of(options_.file) - 1, colour_) + "\x1b[K");
    on_screen_ = true;
  } else {
    put(format_line(state_) + "\n");
  }
}

void Progress::note(std::string_view text) {
  if (options_.style == ProgressStyle::none) return;
  const bool redraw = std::exchange(on_screen_, false);
  put((redraw ? "\r\x1b[K" : "") + std::string(text) + "\n");
  if (redraw) draw(last_draw_);
}

void Progress::finish() {
  if (!drawn_) draw(options_.clock());
  if (std::exchange(on_screen_, false)) put("\n");
}

void Progress::put(const std::string& text) const {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t n = ::write(options_.file, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace gan::app
