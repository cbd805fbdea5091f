// Procedural shapes, in integer arithmetic throughout, so that their bytes are the same on every machine. Positions are
// in units of 1/64 pixel.
#include "gan/data/shapes.hpp"

#include <algorithm>
#include <iterator>

#include "gan/core/parallel.hpp"
#include "gan/core/rng.hpp"

namespace gan::data {
namespace {

constexpr i32 unit = 64;
enum Kind { circle, square, triangle, cross, star };
constexpr const char* kinds[] = {"circle", "square", "triangle", "cross", "star"};

struct Colour {
  const char* name;
  u8 value[3];
};
constexpr Colour colours[] = {{"red", {230, 40, 40}},     {"green", {50, 190, 70}},    {"blue", {50, 90, 240}},
                              {"yellow", {245, 220, 50}}, {"magenta", {220, 60, 200}}, {"cyan", {60, 210, 220}},
                              {"orange", {250, 140, 30}}, {"white", {250, 250, 250}}};
constexpr Colour greys[] = {{"dark grey", {120}}, {"light grey", {185}}, {"white", {250}}};

struct Size {
  const char* name;
  i32 radius;  // of the circumscribed circle, in 1/1024 of the image's side
};
constexpr Size sizes[] = {{"small", 150}, {"medium", 250}, {"large", 370}};

struct Point {
  i32 x, y;
};
// Corners on or inside the unit circle, in 1/1024, clockwise on the screen (y points down).
constexpr Point square_corners[] = {{-724, -724}, {724, -724}, {724, 724}, {-724, 724}};
constexpr Point triangle_corners[] = {{0, -1024}, {887, 512}, {-887, 512}};
constexpr Point cross_corners[] = {{-330, -969}, {330, -969}, {330, -330}, {969, -330}, {969, 330},   {330, 330},
                                   {330, 969},   {-330, 969}, {-330, 330}, {-969, 330}, {-969, -330}, {-330, -330}};
constexpr Point star_corners[] = {{0, -1024}, {230, -316}, {974, -316}, {372, 121},   {602, 828},
                                  {0, 391},   {-602, 828}, {-372, 121}, {-974, -316}, {-230, -316}};

std::span<const Point> corners(int kind) {
  switch (kind) {
    case square:
      return square_corners;
    case triangle:
      return triangle_corners;
    case cross:
      return cross_corners;
    case star:
      return star_corners;
    default:
      return {};
  }
}

/// Whether a ray from p to the right crosses the outline an odd number of times.
bool inside_outline(std::span<const Point> outline, Point p) {
  bool inside = false;
  Point a = outline.back();
  for (const Point& b : outline) {
    if ((a.y > p.y) != (b.y > p.y)) {
      const i64 turn = i64{b.x - a.x} * (p.y - a.y) - i64{p.x - a.x} * (b.y - a.y);
      if ((turn > 0) == (b.y > a.y)) inside = !inside;
    }
    a = b;
  }
  return inside;
}

struct Plan {
  int kind, size, colour;
  Point centre;
  i32 radius;
};

/// Maps 32 random bits to a number in [0, n).
i32 below(i64 n, u32 word) { return static_cast<i32>(static_cast<u64>(n) * word >> 32); }

Plan plan(const ShapesOptions& o, i64 index) {
  const Rng rng{.seed = o.seed, .stream = name_stream(o.split == Split::train ? "shapes train" : "shapes test")};
  const philox::Block a = philox::at(rng, static_cast<u64>(index) * 2);
  const philox::Block b = philox::at(rng, static_cast<u64>(index) * 2 + 1);
  Plan p{};
  p.kind = below(std::size(kinds), a.v[0]);
  p.size = below(std::size(sizes), a.v[1]);
  p.colour = below(o.channels == 3 ? std::size(colours) : std::size(greys), a.v[2]);
  const i32 side = static_cast<i32>(o.size) * unit;
  p.radius = side * sizes[p.size].radius / 1024;
  const i32 margin = p.radius + unit / 2;  // keeps the whole shape inside the image
  p.centre = {margin + below(side - 2 * margin + 1, b.v[0]), margin + below(side - 2 * margin + 1, b.v[1])};
  return p;
}

void draw(const Plan& p, const ShapesOptions& o, u8* image) {
  Point outline[std::size(cross_corners)];
  const std::span<const Point> around = corners(p.kind);
  for (std::size_t i = 0; i < around.size(); ++i)
    outline[i] = {p.centre.x + around[i].x * p.radius / 1024, p.centre.y + around[i].y * p.radius / 1024};
  const std::span<const Point> shape(outline, around.size());
  const Colour& colour = o.channels == 3 ? colours[p.colour] : greys[p.colour];
  const auto covers = [&](Point at) {
    if (!shape.empty()) return inside_outline(shape, at);
    const i64 dx = at.x - p.centre.x, dy = at.y - p.centre.y;
    return dx * dx + dy * dy <= i64{p.radius} * p.radius;
  };
  const i32 side = static_cast<i32>(o.size);
  const i32 top = std::max(0, (p.centre.y - p.radius) / unit),
            bottom = std::min(side - 1, (p.centre.y + p.radius) / unit);
  const i32 left = std::max(0, (p.centre.x - p.radius) / unit),
            right = std::min(side - 1, (p.centre.x + p.radius) / unit);
  for (i32 y = top; y <= bottom; ++y) {
    for (i32 x = left; x <= right; ++x) {
      int covered = 0;  // of 4 x 4 sample points spread over the pixel
      for (i32 k = 0; k < 16; ++k) covered += covers({x * unit + 8 + k % 4 * 16, y * unit + 8 + k / 4 * 16});
      for (i64 c = 0; c < o.channels; ++c)
        image[(i64{y} * side + x) * o.channels + c] = static_cast<u8>((colour.value[c] * covered + 8) / 16);
    }
  }
}

}  // namespace

Images shapes(ShapesOptions o) {
  if (o.count < 1) throw ValueError("[shapes] count " + std::to_string(o.count) + "; at least 1 is needed");
  if (o.size < 16 || o.size > 256)
    throw ValueError("[shapes] size " + std::to_string(o.size) + "; 16 to 256 is possible");
  if (o.channels != 1 && o.channels != 3)
    throw ValueError("[shapes] " + std::to_string(o.channels) + " channels; 1 or 3 is possible");
  const Shape shape{o.count, o.size, o.size, o.channels};
  std::vector<u8> pixels(static_cast<std::size_t>(shape.size()));
  parallel_for(o.count, 64, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) draw(plan(o, i), o, pixels.data() + i * shape.stride0());
  });
  Annotations a{.labels = {}, .classes = {std::begin(kinds), std::end(kinds)}, .captions = {}};
  for (i64 i = 0; i < o.count; ++i) {
    const Plan p = plan(o, i);
    const Colour& colour = o.channels == 3 ? colours[p.colour] : greys[p.colour];
    a.labels.push_back(p.kind);
    a.captions.push_back(std::string("a ") + sizes[p.size].name + " " + colour.name + " " + kinds[p.kind]);
  }
  return Images(std::move(pixels), shape, std::move(a));
}

}  // namespace gan::data
