// Drawing on a picture: lines, discs, areas and words, with smooth edges, and axes that turn data into pixels. Enough
// for a figure that explains a training, and no more.
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

/// In pixels from the upper left corner of the picture, y downwards; or in the units of some axes.
struct Point {
  double x = 0, y = 0;
};

struct Box {
  double left = 0, top = 0, width = 0, height = 0;  ///< pixels
};

/// How a line is drawn; its ends and corners are round.
struct Pen {
  Colour colour = {};
  double width = 1.5;        ///< pixels, above 0
  double opacity = 1;        ///< in [0, 1]
  double dash = 0, gap = 0;  ///< pixels drawn and left out in turn; gap 0: a solid line, dash 0: dots
};

enum class Align { left, centre, right };

struct TextOptions {
  double height = 9;  ///< pixels of a capital letter
  Colour colour = {};
  Align align = Align::left;
  double weight = 1.2;  ///< width of the strokes, pixels
};

struct CanvasOptions {
  i64 width = 640, height = 480;  ///< pixels, 1 to 16384
  Colour background = {0xFFFFFF};
};

/// A picture that is drawn on. What lies outside it is left out; coordinates past 100,000 pixels are drawn as if there.
/// Everything throws ValueError for numbers that are not finite or out of their range.
class Canvas {
 public:
  explicit Canvas(const CanvasOptions& options);

  /// A line through these points, each pixel covered once however often the line crosses it; one point is a dot.
  void line(std::span<const Point> points, const Pen& pen);
  void line(std::initializer_list<Point> points, const Pen& pen) {
    line(std::span(points.begin(), points.size()), pen);
  }
  void disc(Point centre, double radius, Colour colour, double opacity = 1);
  /// All pixels whose middle lies in the box.
  void fill(const Box& box, Colour colour, double opacity = 1);
  /// One line of text with `at` on its baseline, in a font of strokes: letters, digits and .,:;'!?+-=<>_/|%()[]. Any
  /// other character is an empty square.
  void text(Point at, std::string_view words, const TextOptions& options = {});
  /// What text() would draw is this many pixels wide.
  static double text_width(std::string_view words, const TextOptions& options = {});

  /// Until the next clip(), pixels outside this box stay as they are.
  void clip(const Box& box);
  /// Ends clipping.
  void unclip();

  /// (height, width, 3).
  const Image& picture() const { return picture_; }
  /// Writes a PNG file. Throws as write_png.
  void save(const std::string& path) const;

 private:
  friend class Axes;
  void blend(i64 x, i64 y, Colour colour, double share);

  Image picture_;
  i64 left_ = 0, top_ = 0, right_ = 0, bottom_ = 0;  // what is drawn on: [left, right) x [top, bottom)
};

/// From one end of an axis to the other.
struct Interval {
  double low = 0, high = 1;
};

struct AxesOptions {
  Box box = {};
  Interval x = {}, y = {};
};

/// A box of a canvas with a scale in x and one in y, upwards. Data are drawn inside the box only, and clipping ends. It
/// borrows the canvas.
class Axes {
 public:
  /// Throws ValueError unless the box has an area and low < high in both intervals.
  Axes(Canvas& canvas, const AxesOptions& options);

  /// Where a point of the data lies on the canvas.
  Point at(Point data) const;
  void line(std::span<const Point> points, const Pen& pen);
  void line(std::initializer_list<Point> points, const Pen& pen) {
    line(std::span(points.begin(), points.size()), pen);
  }
  /// A disc of `radius` pixels at every point.
  void dots(std::span<const Point> points, double radius, Colour colour, double opacity = 1);
  /// The area between a line through these points, whose x must not fall, and the bottom of the box.
  void area(std::span<const Point> points, Colour colour, double opacity = 1);
  /// The edges of the box.
  void frame(const Pen& pen);
  /// A short line below the box and a number under it at each of these x; left of the box at each of these y.
  void ticks_x(std::initializer_list<double> values, const TextOptions& text);
  void ticks_y(std::initializer_list<double> values, const TextOptions& text);

 private:
  Canvas& canvas_;
  AxesOptions o_;
};

}  // namespace gan::drawing
