// Drawing on an image: antialiased lines, discs, areas and text, and axes that map data to pixels. Enough for plots
// that explain a training run, and no more.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "gan/io/grid.hpp"

namespace gan::drawing {

/// 0xRRGGBB.
struct Colour {
  u32 rgb = 0;
};

/// In pixels from the upper left corner of the image, y downwards; or in the units of some axes.
struct Point {
  double x = 0, y = 0;
};

struct Box {
  double left = 0, top = 0, width = 0, height = 0;  ///< pixels
};

/// The style of a line; its ends and corners are round.
struct Pen {
  Colour colour = {};
  double width = 1.5;        ///< pixels, above 0
  double opacity = 1;        ///< in [0, 1]
  double dash = 0, gap = 0;  ///< pixels drawn and skipped in turn; gap 0: a solid line, dash 0: dots
};

enum class Align { left, centre, right };

struct TextOptions {
  double height = 9;  ///< height of a capital letter, pixels
  Colour colour = {};
  Align align = Align::left;
  double weight = 1.2;  ///< width of the strokes, pixels
};

struct CanvasOptions {
  i64 width = 640, height = 480;  ///< pixels, 1 to 16384
  Colour background = {0xFFFFFF};
};

/// An image to draw on. Anything outside it is clipped; coordinates beyond 100,000 pixels are clamped. All members
/// throw ValueError for numbers that are not finite or out of range.
class Canvas {
 public:
  explicit Canvas(const CanvasOptions& options);

  /// Draws a line through these points. Each pixel is covered only once, however often the line crosses it; a single
  /// point is a dot.
  void line(std::span<const Point> points, const Pen& pen);
  void line(std::initializer_list<Point> points, const Pen& pen) {
    line(std::span(points.begin(), points.size()), pen);
  }
  void disc(Point centre, double radius, Colour colour, double opacity = 1);
  /// Fills all pixels whose centres lie in the box.
  void fill(const Box& box, Colour colour, double opacity = 1);
  /// Draws one line of text, with `at` on its baseline, in a stroke font: letters, digits and .,:;'!?+-=<>_/|%()[]. Any
  /// other character is an empty square.
  void text(Point at, std::string_view words, const TextOptions& options = {});
  /// The width in pixels of the text that text() would draw.
  static double text_width(std::string_view words, const TextOptions& options = {});

  /// Until the next clip(), pixels outside this box do not change.
  void clip(const Box& box);
  /// Ends clipping.
  void unclip();

  /// (height, width, 3).
  const Image& image() const { return image_; }
  /// Writes a PNG file. Throws as write_png.
  void save(const std::string& path) const;

 private:
  friend class Axes;
  void blend(i64 x, i64 y, Colour colour, double share);

  Image image_;
  i64 left_ = 0, top_ = 0, right_ = 0, bottom_ = 0;  // the area drawn on: [left, right) x [top, bottom)
};

/// The range of an axis.
struct Interval {
  double low = 0, high = 1;
};

struct AxesOptions {
  Box box = {};
  Interval x = {}, y = {};
};

/// A box of a canvas with a scale in x and one in y, which points upwards. Data are drawn only inside the box, and
/// drawing them ends any clipping of the canvas. Borrows the canvas.
class Axes {
 public:
  /// Throws ValueError unless the box has a positive area and low < high in both intervals.
  Axes(Canvas& canvas, const AxesOptions& options);

  /// The position on the canvas of a point of the data.
  Point at(Point data) const;
  void line(std::span<const Point> points, const Pen& pen);
  void line(std::initializer_list<Point> points, const Pen& pen) {
    line(std::span(points.begin(), points.size()), pen);
  }
  /// Draws a disc of `radius` pixels at every point.
  void dots(std::span<const Point> points, double radius, Colour colour, double opacity = 1);
  /// Fills the area between a line through these points, whose x must not decrease, and the bottom of the box.
  void area(std::span<const Point> points, Colour colour, double opacity = 1);
  /// Draws the edges of the box.
  void frame(const Pen& pen);
  /// Draws a tick mark and a number at each of these values: of x below the box, of y to the left of it.
  void ticks_x(std::initializer_list<double> values, const TextOptions& text);
  void ticks_y(std::initializer_list<double> values, const TextOptions& text);

 private:
  Canvas& canvas_;
  AxesOptions o_;
};

}  // namespace gan::drawing
