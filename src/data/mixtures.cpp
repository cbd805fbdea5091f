// Mixtures of Gaussians and spirals. Only correctly rounded operations and the sines of core/rng.hpp are used, so that
// the bits are the same on every machine.
#include "gan/data/mixtures.hpp"

#include <algorithm>
#include <cmath>

#include "gan/core/rng.hpp"

namespace gan::data {
namespace {

/// The fraction k / n of a full turn, in units of 2^-32 turns.
u32 turn(i64 k, i64 n) { return static_cast<u32>((static_cast<u64>(k) << 32) / static_cast<u64>(n)); }

void check(bool right, const char* op, const char* what) {
  if (!right) throw ValueError("[" + std::string(op) + "] " + what);
}
bool is_positive(double v) { return std::isfinite(v) && v > 0; }
bool is_deviation(double v) { return std::isfinite(v) && v >= 0; }
constexpr const char* needs_count = "the count must be at least 1";
constexpr const char* needs_modes = "1 to 65536 modes are possible";
constexpr const char* needs_deviation = "deviations must be finite and not negative";
constexpr const char* needs_length = "lengths must be finite and above 0";

/// The random parts of a point: its mode, its position along the arm, and a normal vector.
struct Draw {
  u32 mode, place;
  float normal[2];
};

Draw draw(u64 seed, Split split, const char* name, i64 i) {
  const Rng rng{.seed = seed, .stream = name_stream(name), .draw = split == Split::train ? 0u : 1u};
  const philox::Block b = philox::at(rng, static_cast<u64>(i));
  Draw d{b.v[0], b.v[1], {}};
  philox::normal_pair(b.v[2], b.v[3], d.normal[0], d.normal[1]);
  return d;
}

/// Maps 32 random bits to a number in [0, n).
i64 below(i64 n, u32 word) { return static_cast<i64>(static_cast<u64>(n) * word >> 32); }

/// Labels and the classes "0", "1", ...
Annotations numbered(std::vector<i64> labels, i64 modes) {
  Annotations a{.labels = std::move(labels), .classes = {}, .captions = {}};
  for (i64 k = 0; k < modes; ++k) a.classes.push_back(std::to_string(k));
  return a;
}

/// Points in the plane around the centres (modes, 2), with equal weights.
template <class Options>
Points around(const Options& o, const char* name) {
  const Tensor<float> centre = centres(o);
  const i64 modes = centre.shape(0);
  std::vector<float> values;
  std::vector<i64> labels;
  for (i64 i = 0; i < o.count; ++i) {
    const Draw d = draw(o.seed, o.split, name, i);
    labels.push_back(below(modes, d.mode));
    for (i64 axis = 0; axis < 2; ++axis)
      values.push_back(centre.data()[labels.back() * 2 + axis] + static_cast<float>(o.deviation) * d.normal[axis]);
  }
  return Points(std::move(values), {o.count, 2}, numbered(std::move(labels), modes));
}

}  // namespace

Tensor<float> centres(const RingOptions& o) {
  check(o.modes >= 1 && o.modes <= 65536, "ring", needs_modes);
  check(is_positive(o.radius), "ring", needs_length);
  Tensor<float> centre({o.modes, 2});
  float* to = centre.mutable_data();
  for (i64 k = 0; k < o.modes; ++k) {
    float sine, cosine;
    philox::sin_cos(turn(k, o.modes), sine, cosine);
    to[2 * k] = static_cast<float>(o.radius) * cosine;
    to[2 * k + 1] = static_cast<float>(o.radius) * sine;
  }
  return centre;
}

Points ring(RingOptions o) {
  check(o.count >= 1, "ring", needs_count);
  check(is_deviation(o.deviation), "ring", needs_deviation);
  return around(o, "ring");
}

Tensor<float> centres(const GridOptions& o) {
  check(o.side >= 1 && o.side <= 256, "grid", needs_modes);
  check(is_positive(o.spacing), "grid", needs_length);
  Tensor<float> centre({o.side * o.side, 2});
  float* to = centre.mutable_data();
  const double middle = static_cast<double>(o.side - 1) / 2;
  for (i64 k = 0; k < o.side * o.side; ++k) {
    to[2 * k] = static_cast<float>((static_cast<double>(k % o.side) - middle) * o.spacing);
    to[2 * k + 1] = static_cast<float>((static_cast<double>(k / o.side) - middle) * o.spacing);
  }
  return centre;
}

Points grid(GridOptions o) {
  check(o.count >= 1, "grid", needs_count);
  check(is_deviation(o.deviation), "grid", needs_deviation);
  return around(o, "grid");
}

Tensor<float> centres(const MixtureOptions& o) {
  const auto modes = static_cast<i64>(o.means.size());
  check(modes >= 1 && modes <= 65536, "mixture", needs_modes);
  Tensor<float> centre({modes, 1});
  std::transform(o.means.begin(), o.means.end(), centre.mutable_data(), [](double m) { return static_cast<float>(m); });
  return centre;
}

Points mixture(const MixtureOptions& o) {
  const Tensor<float> centre = centres(o);
  const std::size_t modes = o.means.size();
  check(o.count >= 1, "mixture", needs_count);
  check(std::all_of(o.means.begin(), o.means.end(), [](double m) { return std::isfinite(m); }), "mixture",
        "means must be finite");
  check(o.deviations.size() == modes || o.deviations.size() == 1, "mixture",
        "there must be one deviation, or as many as means");
  check(std::all_of(o.deviations.begin(), o.deviations.end(), is_deviation), "mixture", needs_deviation);
  check(o.weights.empty() || o.weights.size() == modes, "mixture", "there must be no weights, or as many as means");
  std::vector<double> up_to;  // cumulative weights
  double sum = 0;
  for (std::size_t k = 0; k < modes; ++k) {
    const double weight = o.weights.empty() ? 1 : o.weights[k];
    check(is_deviation(weight), "mixture", "weights must be finite and not negative");
    up_to.push_back(sum += weight);
  }
  check(is_positive(sum), "mixture", "the weights must have a finite sum above 0");
  std::vector<float> values;
  std::vector<i64> labels;
  for (i64 i = 0; i < o.count; ++i) {
    const Draw d = draw(o.seed, o.split, "mixture", i);
    const double at = d.mode * 0x1p-32 * sum;  // below sum, so a final entry of weight 0 is never chosen
    const auto k = static_cast<std::size_t>(std::upper_bound(up_to.begin(), up_to.end(), at) - up_to.begin());
    labels.push_back(static_cast<i64>(k));
    const double deviation = o.deviations.size() == 1 ? o.deviations[0] : o.deviations[k];
    values.push_back(centre.data()[k] + static_cast<float>(deviation) * d.normal[0]);
  }
  return Points(std::move(values), {o.count, 1}, numbered(std::move(labels), static_cast<i64>(modes)));
}

Points spirals(SpiralsOptions o) {
  check(o.count >= 1, "spirals", needs_count);
  check(o.arms >= 1 && o.arms <= 65536, "spirals", "1 to 65536 arms are possible");
  check(is_positive(o.turns) && o.turns <= 1000, "spirals", "turns must be above 0 and at most 1000");
  check(is_positive(o.radius), "spirals", needs_length);
  check(is_deviation(o.deviation), "spirals", needs_deviation);
  std::vector<float> values;
  std::vector<i64> labels;
  for (i64 i = 0; i < o.count; ++i) {
    const Draw d = draw(o.seed, o.split, "spirals", i);
    labels.push_back(below(o.arms, d.mode));
    const float along = philox::uniform(d.place);
    const double angle = o.turns * along * 0x1p32;  // in units of 2^-32 turns
    float sine, cosine;
    philox::sin_cos(static_cast<u32>(static_cast<u64>(angle)) + turn(labels.back(), o.arms), sine, cosine);
    const float radius = static_cast<float>(o.radius) * along, deviation = static_cast<float>(o.deviation);
    values.push_back(radius * cosine + deviation * d.normal[0]);
    values.push_back(radius * sine + deviation * d.normal[1]);
  }
  return Points(std::move(values), {o.count, 2}, numbered(std::move(labels), o.arms));
}

}  // namespace gan::data
