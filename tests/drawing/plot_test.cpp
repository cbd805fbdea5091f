// Drawing, against shares of ink counted on a fine grid within each pixel.
#include "gan/drawing/plot.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "support/files.hpp"
#include "gan/core/error.hpp"
#include "gan/io/png.hpp"

namespace gan::drawing {
namespace {

int red(const Canvas& c, i64 x, i64 y) {
  return c.image().pixels[static_cast<std::size_t>((y * c.image().width + x) * 3)];
}

/// How much of pixel (x, y) is within `radius` of the segment a-b: 32 x 32 places, by projection on the segment.
double ink(i64 x, i64 y, Point a, Point b, double radius) {
  const int n = 32;
  int inside = 0;
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  for (int i = 0; i < n * n; ++i) {
    const double u = static_cast<double>(x) + (i % n + 0.5) / n - a.x;
    const double v = static_cast<double>(y) + (i / n + 0.5) / n - a.y;
    double away = std::min(std::hypot(u, v), std::hypot(u - (b.x - a.x), v - (b.y - a.y)));
    if (length > 0) {
      const double along = (u * (b.x - a.x) + v * (b.y - a.y)) / length;
      if (along >= 0 && along <= length) away = std::abs(u * (b.y - a.y) - v * (b.x - a.x)) / length;
    }
    inside += away <= radius ? 1 : 0;
  }
  return static_cast<double>(inside) / (n * n);
}

TEST(Plot, LinesCoverWhatIsWithinHalfTheirWidth) {
  struct Case {
    Point a, b;
    double width;
  };
  for (const Case& c : {Case{{5, 10}, {33, 10}, 4}, Case{{4.3, 6.1}, {30.2, 24.9}, 3}, Case{{20, 3}, {17, 28}, 7},
                        Case{{17.2, 14.6}, {17.2, 14.6}, 11}}) {
    Canvas canvas({.width = 40, .height = 32});
    canvas.line({c.a, c.b}, {.colour = {0x000000}, .width = c.width});
    double total = 0, expected = 0;
    for (i64 y = 0; y < 32; ++y)
      for (i64 x = 0; x < 40; ++x) {
        const double share = ink(x, y, c.a, c.b, c.width / 2), got = 1 - red(canvas, x, y) / 255.0;
        EXPECT_NEAR(got, share, 0.2) << x << " " << y;  // the edge is a ramp over the distance, not an area
        total += got;
        expected += share;
      }
    EXPECT_NEAR(total, expected, 0.01 * expected);
  }
}

TEST(Plot, ALineThatCrossesItselfIsCoveredOnce) {
  Canvas canvas({.width = 20, .height = 20});
  canvas.line({{2, 10}, {18, 10}, {10, 2}, {10, 18}}, {.colour = {0x000000}, .width = 3, .opacity = 0.4});
  EXPECT_EQ(red(canvas, 9, 9), 153);  // 255 * 0.6, not 255 * 0.36
  EXPECT_EQ(red(canvas, 4, 9), 153);
  EXPECT_EQ(red(canvas, 2, 2), 255);
  canvas.line({{2, 10}, {18, 10}}, {.colour = {0x000000}, .width = 3, .opacity = 0.4});  // another one, over it
  EXPECT_EQ(red(canvas, 4, 9), 92);
}

TEST(Plot, ThinLinesArePaleAndDashesHaveGaps) {
  Canvas canvas({.width = 100, .height = 9});
  canvas.line({{0, 4.5}, {100, 4.5}}, {.colour = {0x000000}, .width = 0.4});
  EXPECT_EQ(red(canvas, 50, 4), 153);
  EXPECT_EQ(red(canvas, 50, 3), 255);
  Canvas dashed({.width = 100, .height = 9});
  // Ink over 10 k to 10 k + 4, through a corner that does not restart the pattern, and half a pixel of round end.
  dashed.line({{0, 4.5}, {33, 4.5}, {100, 4.5}}, {.colour = {0x000000}, .width = 1, .dash = 4, .gap = 6});
  for (i64 x = 1; x < 99; ++x) {
    if (x % 10 < 4) {
      EXPECT_EQ(red(dashed, x, 4), 0) << x;
    } else if (x % 10 > 4 && x % 10 < 9) {
      EXPECT_EQ(red(dashed, x, 4), 255) << x;
    }
  }
}

TEST(Plot, ColoursFillsAndClips) {
  Canvas canvas({.width = 12, .height = 8, .background = {0x102030}});
  canvas.fill({2, 3, 4, 2}, {0xFF8040});
  canvas.clip({8, 0, 2, 8});
  canvas.fill({0, 0, 12, 8}, {0x000000}, 0.5);
  canvas.unclip();
  for (i64 y = 0; y < 8; ++y)
    for (i64 x = 0; x < 12; ++x) {
      const bool filled = x >= 2 && x < 6 && y >= 3 && y < 5, shaded = x == 8 || x == 9;
      const u8* pixel = canvas.image().pixels.data() + (y * 12 + x) * 3;
      const int expected[] = {filled ? 0xFF : 0x10, filled ? 0x80 : 0x20, filled ? 0x40 : 0x30};
      for (int c = 0; c < 3; ++c) EXPECT_EQ(pixel[c], shaded ? expected[c] / 2 : expected[c]) << x << " " << y;
    }
}

TEST(Plot, EveryCharacterHasAShapeOfItsOwn) {
  const std::string known = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;'!?+-=<>_/|%()[] ";
  std::set<std::string> shapes;
  for (const char c : known + "\x7F") {
    Canvas canvas({.width = 20, .height = 24});
    canvas.text({4, 16}, std::string(1, c), {.height = 12});
    shapes.insert(std::string(canvas.image().pixels.begin(), canvas.image().pixels.end()));
  }
  EXPECT_EQ(shapes.size(), known.size());  // the square of an unknown character is one more, O and 0 are the same
}

TEST(Plot, TextStandsWhereItIsPut) {
  const auto extent = [](Align align) {
    Canvas canvas({.width = 100, .height = 30});
    canvas.text({50, 20}, "HEH", {.height = 12, .align = align, .weight = 1});
    i64 left = 100, right = -1, top = 30, bottom = -1;
    for (i64 y = 0; y < 30; ++y)
      for (i64 x = 0; x < 100; ++x)
        if (red(canvas, x, y) < 255) {
          left = std::min(left, x), right = std::max(right, x);
          top = std::min(top, y), bottom = std::max(bottom, y);
        }
    EXPECT_EQ(top, 7);  // 12 above the baseline, half a pixel of pen
    EXPECT_EQ(bottom, 20);
    return std::pair(left, right);
  };
  const auto width = static_cast<i64>(Canvas::text_width("HEH", {.height = 12}));
  EXPECT_EQ(width, 32);  // three letters of 4/6 of the height, two gaps of 2/6
  EXPECT_EQ(extent(Align::left), (std::pair<i64, i64>(49, 82)));
  EXPECT_EQ(extent(Align::centre), (std::pair<i64, i64>(33, 66)));
  EXPECT_EQ(extent(Align::right), (std::pair<i64, i64>(17, 50)));
  EXPECT_EQ(Canvas::text_width(""), 0);
}

TEST(Plot, AxesMapDataAndKeepThemInside) {
  Canvas canvas({.width = 60, .height = 50});
  Axes axes(canvas, {.box = {10, 5, 40, 30}, .x = {-2, 2}, .y = {0, 3}});
  const Point corner = axes.at({-2, 0}), middle = axes.at({0, 1.5});
  EXPECT_EQ(corner.x, 10);
  EXPECT_EQ(corner.y, 35);
  EXPECT_EQ(middle.x, 30);
  EXPECT_EQ(middle.y, 20);
  axes.line({{-9, 1}, {9, 1}}, {.colour = {0x000000}, .width = 2});
  axes.dots(std::vector<Point>{{0, 30}, {2, 3}}, 3, {0x000000});
  for (i64 y = 0; y < 50; ++y)
    for (i64 x = 0; x < 60; ++x)
      if (x < 10 || x >= 50 || y < 5 || y >= 35) { EXPECT_EQ(red(canvas, x, y), 255) << x << " " << y; }
  EXPECT_EQ(red(canvas, 10, 25), 0);
  EXPECT_EQ(red(canvas, 49, 5), 0);
}

TEST(Plot, AnAreaIsWhatIsBelowItsLine) {
  Canvas canvas({.width = 40, .height = 40});
  Axes axes(canvas, {.box = {0, 0, 40, 40}, .x = {0, 40}, .y = {0, 40}});
  axes.area(std::vector<Point>{{4, 0}, {20, 32}, {20, 8}, {36, 8}}, {0x000000});
  double total = 0;
  for (i64 y = 0; y < 40; ++y)
    for (i64 x = 0; x < 40; ++x) total += 1 - red(canvas, x, y) / 255.0;
  EXPECT_NEAR(total, 16 * 32 / 2 + 16 * 8, 1);
  EXPECT_EQ(red(canvas, 25, 31), 255);
  EXPECT_EQ(red(canvas, 25, 32), 0);
}

TEST(Plot, SavesWhatItShows) {
  Canvas canvas({.width = 30, .height = 20});
  canvas.disc({15, 10}, 6, {0x2B5FD9}, 0.7);
  const std::string path = test::temporary("plot.png");
  canvas.save(path);
  EXPECT_EQ(test::read_file(path), io::encode_png(canvas.image().pixels, {.width = 30, .height = 20, .channels = 3}));
}

TEST(Plot, SurvivesFarPointsAndRefusesNonsense) {
  Canvas canvas({.width = 20, .height = 20});
  canvas.line({{-1e300, 10}, {1e300, 10}}, {.colour = {0x000000}, .width = 2, .dash = 3, .gap = 1});
  canvas.disc({1e9, 1e9}, 3, {0x000000});
  EXPECT_EQ(red(canvas, 10, 2), 255);
  EXPECT_THROW(canvas.line({{NAN, 0}, {1, 1}}, {}), ValueError);
  EXPECT_THROW(canvas.line({{0, 0}}, {.width = 0}), ValueError);
  EXPECT_THROW(canvas.line({{0, 0}}, {.opacity = 1.5}), ValueError);
  EXPECT_THROW(canvas.line({{0, 0}}, {.dash = -1, .gap = 2}), ValueError);
  EXPECT_THROW(canvas.line({{0, 0}}, {.dash = 1, .gap = 1e-9}), ValueError);
  EXPECT_THROW(canvas.fill({0, 0, INFINITY, 1}, {}), ValueError);
  EXPECT_THROW(canvas.text({0, 0}, "x", {.height = 0}), ValueError);
  EXPECT_THROW(Canvas({.width = 0, .height = 5}), ValueError);
  EXPECT_THROW(Canvas({.width = 20000, .height = 5}), ValueError);
  EXPECT_THROW(Axes(canvas, {.box = {0, 0, 5, 0}}), ValueError);
  EXPECT_THROW(Axes(canvas, {.box = {0, 0, 5, 5}, .x = {1, 1}}), ValueError);
  Axes axes(canvas, {.box = {0, 0, 20, 20}});
  EXPECT_THROW(axes.area(std::vector<Point>{{1, 0}, {0, 0}}, {}), ValueError);
}

}  // namespace
}  // namespace gan::drawing
