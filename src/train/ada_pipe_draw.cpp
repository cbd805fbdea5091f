// What is drawn for each image; see train/ada_pipe.hpp.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gan/ops/random.hpp"
#include "gan/train/ada_pipe.hpp"

namespace gan {
namespace {

using Geometry = AdaDraws::Geometry;
using Colour = AdaDraws::Colour;

constexpr Geometry same_place{1, 0, 0, 0, 1, 0};
constexpr Colour same_colour{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
constexpr AdaDraws::Place nothing_cut{};

/// The numbers of one image, which are always used up in the same order, whatever they decide.
class Numbers {
 public:
  static constexpr i64 uniforms = 24, normals = 7;
  Numbers(const double* uniform, const double* normal) : uniform_(uniform), normal_(normal) {}

  bool coin(double probability) { return *uniform_++ < probability; }
  double between(double low, double high) { return low + (high - low) * *uniform_++; }
  i64 one_of(i64 choices) {
    return std::min(choices - 1, static_cast<i64>(*uniform_++ * static_cast<double>(choices)));
  }
  double normal(double deviation) { return deviation * *normal_++; }

 private:
  const double *uniform_, *normal_;
};

/// First the map on the right, then that on the left.
Geometry product(const Geometry& a, const Geometry& b) {
  return {a[0] * b[0] + a[1] * b[3], a[0] * b[1] + a[1] * b[4], a[0] * b[2] + a[1] * b[5] + a[2],
          a[3] * b[0] + a[4] * b[3], a[3] * b[1] + a[4] * b[4], a[3] * b[2] + a[4] * b[5] + a[5]};
}
Geometry rotation(double angle) { return {std::cos(angle), -std::sin(angle), 0, std::sin(angle), std::cos(angle), 0}; }
Geometry scaling(double x, double y) { return {x, 0, 0, 0, y, 0}; }
Geometry translation(double x, double y) { return {1, 0, x, 0, 1, y}; }

/// Every step's map is inverted, since the product leads from the result back to the image.
Geometry draw_geometry(const AdaSteps& s, double p, double w, double h, Numbers& random) {
  constexpr double pi = std::numbers::pi;
  Geometry map = same_place;
  const auto step = [&](bool taken, const Geometry& inverse) {
    if (taken) map = product(map, inverse);
  };
  const bool mirrored = random.one_of(2) == 1;
  step(random.coin(s.flip * p) && mirrored, scaling(-1, 1));
  constexpr Geometry quarters[] = {same_place, {0, -1, 0, 1, 0, 0}, {-1, 0, 0, 0, -1, 0}, {0, 1, 0, -1, 0, 0}};
  const Geometry& quarter = quarters[random.one_of(4)];
  step(random.coin(s.rotate90 * p), quarter);
  const double right = std::nearbyint(random.between(-0.125, 0.125) * w);
  const double down = std::nearbyint(random.between(-0.125, 0.125) * h);
  step(random.coin(s.shift * p), translation(-right, -down));

  const double scale = std::exp2(-random.normal(0.2));
  step(random.coin(s.scale * p), scaling(scale, scale));
  const double half = 1 - std::sqrt(1 - std::min(1.0, s.rotate * p));  // so that before or after has s.rotate * p
  const double before = random.between(-pi, pi);
  step(random.coin(half), rotation(before));
  const double stretch = std::exp2(-random.normal(0.2));
  step(random.coin(s.stretch * p), scaling(stretch, 1 / stretch));
  const double after = random.between(-pi, pi);
  step(random.coin(half), rotation(after));
  const double x = random.normal(0.125) * w, y = random.normal(0.125) * h;
  step(random.coin(s.fraction * p), translation(-x, -y));
  return map;
}

/// The matrix (3, 3) that multiplies along the grey axis by `along` and, across it, by `across` and a rotation by
/// `angle`.
std::array<double, 9> about_grey(double along, double across, double angle) {
  const double c = across * std::cos(angle), s = across * std::sin(angle) / std::numbers::sqrt3;
  const double grey = (along - c) / 3;
  return {grey + c, grey - s, grey + s, grey + s, grey + c, grey - s, grey - s, grey + s, grey + c};
}

Colour draw_colour(const AdaSteps& s, double p, bool grey, Numbers& random) {
  constexpr double pi = std::numbers::pi;
  Colour map = same_colour;
  const auto step = [&](bool taken, const std::array<double, 9>& by) {
    if (!taken) return;
    const Colour last = map;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        map[i * 4 + j] = by[i * 3] * last[j] + by[i * 3 + 1] * last[4 + j] + by[i * 3 + 2] * last[8 + j];
  };
  const double brightness = random.normal(0.2);
  if (random.coin(s.brightness * p))
    for (const std::size_t at : {3u, 7u, 11u}) map[at] += brightness;
  const double contrast = std::exp2(random.normal(0.5));
  step(random.coin(s.contrast * p), about_grey(contrast, contrast, 0));
  const bool inverted = random.one_of(2) == 1;
  step(random.coin(s.luma_flip * p) && inverted, about_grey(-1, 1, 0));
  const double hue = random.between(-pi, pi);
  step(random.coin(s.hue * p) && !grey, about_grey(1, 1, hue));
  const double saturation = std::exp2(random.normal(1));
  step(random.coin(s.saturation * p) && !grey, about_grey(1, saturation, 0));
  return map;
}

/// What is cut out are the pixels whose centres lie inside.
AdaDraws::Place draw_cutout(const AdaSteps& s, double p, double w, double h, Numbers& random) {
  const double x = random.between(0, 1), y = random.between(0, 1);
  if (!random.coin(s.cutout * p)) return nothing_cut;
  const auto first = [](double edge) { return std::floor(edge - 0.5) + 1; };
  const auto end = [](double edge) { return std::ceil(edge - 0.5); };
  return {0, 0, first((y - 0.25) * h), first((x - 0.25) * w), end((y + 0.25) * h), end((x + 0.25) * w)};
}

void check(const AdaSteps& s, double p) {
  for (const double m : {s.flip, s.rotate90, s.shift, s.scale, s.rotate, s.stretch, s.fraction, s.brightness,
                         s.contrast, s.luma_flip, s.hue, s.saturation, s.cutout})
    if (!(m >= 0 && m <= 1))
      throw ValueError("[Ada] a step is " + std::to_string(m) + " p probable; 0 to 1 is possible");
  if (!(p >= 0)) throw ValueError("[Ada] the probability is " + std::to_string(p));
}

}  // namespace

AdaSteps AdaSteps::r3gan() {
  return {.brightness = 0.5, .contrast = 0.5, .luma_flip = 0.5, .hue = 0.5, .saturation = 0.5, .cutout = 1};
}

AdaDraws draw_ada(const AdaSteps& steps, double p, const Shape& images, Rng& rng) {
  GAN_CHECK_SHAPE(images.rank() == 4 && images.size() > 0 && (images[3] == 1 || images[3] == 3), "Ada",
                  "images (N, H, W, C) of 1 or 3 channels are needed", images);
  check(steps, p);
  const i64 n = images[0];
  if (p == 0) {
    rng.draw += 2;
    return {};
  }
  const Tensor<double> uniform = rand<double>({n, Numbers::uniforms}, rng);
  const Tensor<double> normal = randn<double>({n, Numbers::normals}, rng);
  const double h = static_cast<double>(images[1]), w = static_cast<double>(images[2]);
  AdaDraws all;
  for (i64 i = 0; i < n; ++i) {
    Numbers random(uniform.data() + i * Numbers::uniforms, normal.data() + i * Numbers::normals);
    all.geometry.push_back(draw_geometry(steps, p, w, h, random));
    all.colour.push_back(draw_colour(steps, p, images[3] == 1, random));
    all.place.push_back(draw_cutout(steps, p, w, h, random));
  }
  const auto skip = [](auto& list, const auto& nothing) {
    if (std::all_of(list.begin(), list.end(), [&](const auto& one) { return one == nothing; })) list.clear();
  };
  skip(all.geometry, same_place);
  skip(all.colour, same_colour);
  skip(all.place, nothing_cut);
  return all;
}

}  // namespace gan
