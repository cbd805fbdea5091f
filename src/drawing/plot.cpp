// Drawing. A line is the set of points within half its width of a polyline; how much of it covers a pixel follows from
// the distance of the pixel's centre, which makes the edges smooth.
#include "gan/drawing/plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gan/core/error.hpp"
#include "gan/io/png.hpp"
#include "src/drawing/plot_font.hpp"

namespace gan::drawing {
namespace {

constexpr double far = 1e5;  // pixels: coordinates are clamped to this, so that no input makes drawing endless

void check(bool right, const char* what) {
  if (!right) throw ValueError(std::string("[plot] ") + what);
}
bool is_share(double v) { return v >= 0 && v <= 1; }

Point limited(Point p) {
  check(std::isfinite(p.x) && std::isfinite(p.y), "a coordinate is not finite");
  return {std::clamp(p.x, -far, far), std::clamp(p.y, -far, far)};
}

double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  const double t = square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/// Calls piece(a, b) for each drawn straight segment along the points.
template <class F>
void each_piece(std::span<const Point> points, const Pen& pen, F piece) {
  if (points.size() == 1) piece(limited(points[0]), limited(points[0]));
  const double ink = std::max(pen.dash, 1e-3), cycle = ink + pen.gap;
  double phase = 0;  // position within a dash and its gap
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = limited(points[i - 1]), b = limited(points[i]);
    if (pen.gap == 0) {
      piece(a, b);
      continue;
    }
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    const auto along = [&](double t) { return Point{a.x + (b.x - a.x) * t / length, a.y + (b.y - a.y) * t / length}; };
    for (double from = 0; from < length;) {
      const bool inked = phase < ink;
      const double rest = (inked ? ink : cycle) - phase, to = std::min(from + rest, length);
      if (inked) piece(along(from), along(to));
      phase = to < length ? (inked ? ink : 0) : phase + (to - from);
      from = to;
    }
  }
}

}  // namespace

Canvas::Canvas(const CanvasOptions& o) {
  check(o.width >= 1 && o.height >= 1 && o.width <= 16384 && o.height <= 16384, "a side needs 1 to 16384 pixels");
  image_ = {std::vector<u8>(static_cast<std::size_t>(o.width * o.height * 3)), o.height, o.width, 3};
  unclip();
  fill({0, 0, static_cast<double>(o.width), static_cast<double>(o.height)}, o.background);
}

void Canvas::blend(i64 x, i64 y, Colour colour, double share) {
  u8* pixel = image_.pixels.data() + (y * image_.width + x) * 3;
  for (int shift = 16; shift >= 0; shift -= 8, ++pixel) {
    const double ink = (colour.rgb >> shift) & 0xFF;
    *pixel = static_cast<u8>(std::nearbyint(*pixel + (ink - *pixel) * share));
  }
}

void Canvas::line(std::span<const Point> points, const Pen& pen) {
  check(std::isfinite(pen.width) && pen.width > 0, "a line's width must be above 0");
  check(is_share(pen.opacity), "the opacity must lie in [0, 1]");
  check(std::isfinite(pen.gap) && (pen.gap == 0 || pen.gap >= 0.5) && pen.dash >= 0 && std::isfinite(pen.dash),
        "a dash must not be negative, a gap 0 or at least half a pixel");
  // A line thinner than a pixel is drawn one pixel wide, but paler: otherwise it would appear and disappear along its
  // length.
  const double radius = std::max(pen.width, 1.0) / 2, opacity = pen.opacity * std::min(pen.width, 1.0);
  const auto low = [&](double v, i64 from) { return std::max(from, static_cast<i64>(std::floor(v - radius - 1))); };
  const auto high = [&](double v, i64 to) { return std::min(to, static_cast<i64>(std::ceil(v + radius + 1))); };
  i64 left = right_, top = bottom_, right = left_, bottom = top_;
  for (const Point& given : points) {
    const Point p = limited(given);
    left = std::min(left, low(p.x, left_)), right = std::max(right, high(p.x, right_));
    top = std::min(top, low(p.y, top_)), bottom = std::max(bottom, high(p.y, bottom_));
  }
  if (left >= right || top >= bottom) return;
  const i64 columns = right - left;
  std::vector<float> covered(static_cast<std::size_t>(columns * (bottom - top)));  // largest coverage by any segment
  each_piece(points, pen, [&](Point a, Point b) {
    const i64 x1 = high(std::max(a.x, b.x), right), y1 = high(std::max(a.y, b.y), bottom);
    for (i64 y = low(std::min(a.y, b.y), top); y < y1; ++y)
      for (i64 x = low(std::min(a.x, b.x), left); x < x1; ++x) {
        const double d = distance({static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5}, a, b);
        float& share = covered[static_cast<std::size_t>((y - top) * columns + x - left)];
        share = std::max(share, static_cast<float>(std::clamp(radius + 0.5 - d, 0.0, 1.0)));
      }
  });
  for (i64 y = top; y < bottom; ++y)
    for (i64 x = left; x < right; ++x)
      blend(x, y, pen.colour, opacity * covered[static_cast<std::size_t>((y - top) * columns + x - left)]);
}

void Canvas::disc(Point centre, double radius, Colour colour, double opacity) {
  line({centre}, {.colour = colour, .width = 2 * radius, .opacity = opacity});
}

void Canvas::fill(const Box& box, Colour colour, double opacity) {
  check(is_share(opacity), "the opacity must lie in [0, 1]");
  const Point from = limited({box.left, box.top}), to = limited({box.left + box.width, box.top + box.height});
  const auto first = [](double v, i64 least) { return std::max(least, static_cast<i64>(std::ceil(v - 0.5))); };
  for (i64 y = first(from.y, top_); y < bottom_ && static_cast<double>(y) + 0.5 < to.y; ++y)
    for (i64 x = first(from.x, left_); x < right_ && static_cast<double>(x) + 0.5 < to.x; ++x)
      blend(x, y, colour, opacity);
}

double Canvas::text_width(std::string_view words, const TextOptions& o) {
  double units = 0;
  for (const char c : words) {
    const std::string_view strokes = glyph(c);
    int widest = c == ' ' ? 1 : 0;
    for (std::size_t i = 0; i + 1 < strokes.size(); i += strokes[i] == ' ' ? 1 : 2)
      if (strokes[i] != ' ') widest = std::max(widest, strokes[i] - '0');
    units += widest + 2;
  }
  return words.empty() ? 0 : (units - 2) * o.height / 6;
}

void Canvas::text(Point at, std::string_view words, const TextOptions& o) {
  check(std::isfinite(o.height) && o.height > 0, "letters need a height above 0");
  const double unit = o.height / 6;
  const double width = text_width(words, o);
  at.x -= o.align == Align::left ? 0 : o.align == Align::centre ? width / 2 : width;
  for (const char c : words) {
    const std::string_view strokes = glyph(c);
    std::vector<Point> points;
    const auto finish = [&] {
      if (!points.empty()) line(points, {.colour = o.colour, .width = o.weight});
      points.clear();
    };
    for (std::size_t i = 0; i < strokes.size();) {
      if (strokes[i] == ' ') {
        finish();
        ++i;
        continue;
      }
      points.push_back({at.x + (strokes[i] - '0') * unit, at.y + (strokes[i + 1] - '0' - 6) * unit});
      i += 2;
    }
    finish();
    at.x += text_width(std::string_view(&c, 1), o) + 2 * unit;
  }
}

void Canvas::clip(const Box& box) {
  unclip();
  const Point from = limited({box.left, box.top}), to = limited({box.left + box.width, box.top + box.height});
  left_ = std::clamp(static_cast<i64>(std::nearbyint(from.x)), i64{0}, right_);
  top_ = std::clamp(static_cast<i64>(std::nearbyint(from.y)), i64{0}, bottom_);
  right_ = std::clamp(static_cast<i64>(std::nearbyint(to.x)), left_, right_);
  bottom_ = std::clamp(static_cast<i64>(std::nearbyint(to.y)), top_, bottom_);
}

void Canvas::unclip() {
  left_ = top_ = 0;
  right_ = image_.width;
  bottom_ = image_.height;
}

void Canvas::save(const std::string& path) const {
  io::write_png(path, image_);
}

// ---- axes -------------------------------------------------------------------------------------------------------

Axes::Axes(Canvas& canvas, const AxesOptions& options) : canvas_(canvas), o_(options) {
  check(o_.box.width > 0 && o_.box.height > 0, "axes need a box with an area");
  check(o_.x.low < o_.x.high && o_.y.low < o_.y.high, "an interval needs low < high");
}

Point Axes::at(Point p) const {
  return {o_.box.left + (p.x - o_.x.low) / (o_.x.high - o_.x.low) * o_.box.width,
          o_.box.top + (o_.y.high - p.y) / (o_.y.high - o_.y.low) * o_.box.height};
}

void Axes::line(std::span<const Point> points, const Pen& pen) {
  std::vector<Point> pixels;
  for (const Point& p : points) pixels.push_back(at(p));
  canvas_.clip(o_.box);
  canvas_.line(pixels, pen);
  canvas_.unclip();
}

void Axes::dots(std::span<const Point> points, double radius, Colour colour, double opacity) {
  canvas_.clip(o_.box);
  for (const Point& p : points) canvas_.disc(at(p), radius, colour, opacity);
  canvas_.unclip();
}

void Axes::area(std::span<const Point> points, Colour colour, double opacity) {
  check(is_share(opacity), "the opacity must lie in [0, 1]");
  canvas_.clip(o_.box);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point a = limited(at(points[i - 1])), b = limited(at(points[i]));
    check(a.x <= b.x, "an area's points must go from left to right");
    const auto middle = [](i64 v) { return static_cast<double>(v) + 0.5; };
    for (i64 x = std::max(canvas_.left_, static_cast<i64>(std::ceil(a.x - 0.5))); x < canvas_.right_ && middle(x) < b.x;
         ++x) {
      const double from = a.y + (b.y - a.y) * (middle(x) - a.x) / (b.x - a.x);
      for (i64 y = std::max(canvas_.top_, static_cast<i64>(std::floor(from))); y < canvas_.bottom_; ++y)
        canvas_.blend(x, y, colour, opacity * std::clamp(static_cast<double>(y + 1) - from, 0.0, 1.0));
    }
  }
  canvas_.unclip();
}

void Axes::frame(const Pen& pen) {
  const double l = o_.box.left, t = o_.box.top, r = l + o_.box.width, b = t + o_.box.height;
  canvas_.line({{l, t}, {r, t}, {r, b}, {l, b}, {l, t}}, pen);
}

namespace {
std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", v);
  return text;
}
}  // namespace

void Axes::ticks_x(std::initializer_list<double> values, const TextOptions& text) {
  TextOptions o = text;
  o.align = Align::centre;
  const double bottom = o_.box.top + o_.box.height;
  for (const double v : values) {
    const double x = at({v, 0}).x;
    canvas_.line({{x, bottom}, {x, bottom + 4}}, {.colour = o.colour, .width = 1});
    canvas_.text({x, bottom + 8 + o.height}, number(v), o);
  }
}

void Axes::ticks_y(std::initializer_list<double> values, const TextOptions& text) {
  TextOptions o = text;
  o.align = Align::right;
  for (const double v : values) {
    const double y = at({0, v}).y;
    canvas_.line({{o_.box.left - 4, y}, {o_.box.left, y}}, {.colour = o.colour, .width = 1});
    canvas_.text({o_.box.left - 8, y + o.height / 2}, number(v), o);
  }
}

}  // namespace gan::drawing
