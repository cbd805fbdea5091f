// See metrics/path_length.hpp.
#include "gan/metrics/path_length.hpp"

#include <algorithm>
#include <cmath>

#include "src/metrics/rows.hpp"

namespace gan::metrics {

PathLength path_length_of(std::vector<double> lengths, double discard) {
  if (lengths.empty()) throw ValueError("[path_length] no lengths");
  if (!(discard >= 0 && discard < 0.5))
    throw ValueError("[path_length] discard " + std::to_string(discard) + "; 0 to 0.5 is possible");
  for (const double v : lengths)
    if (!std::isfinite(v)) throw ValueError("[path_length] a length is " + std::to_string(v));
  std::vector<double> sorted = lengths;
  std::sort(sorted.begin(), sorted.end());
  const double last = static_cast<double>(sorted.size() - 1);
  const double low = sorted[static_cast<std::size_t>(std::floor(discard * last))];
  const double high = sorted[static_cast<std::size_t>(std::ceil((1 - discard) * last))];
  PathLength r{.pairs = static_cast<i64>(lengths.size())};
  std::erase_if(lengths, [&](double v) { return v < low || v > high; });
  const Moments m = moments(lengths);
  r.mean = m.mean;
  r.deviation = m.deviation;
  r.kept = static_cast<i64>(lengths.size());
  return r;
}

PathLength path_length(const std::function<Var(const Var&)>& generate, Latent latent,
                       const std::function<Var(const Var&, const Var&)>& distance, const PathLengthOptions& o) {
  if (o.pairs < 1 || o.batch < 1 || !(o.epsilon > 0) || !std::isfinite(o.epsilon))
    throw ValueError("[path_length] " + std::to_string(o.pairs) + " pairs, " + std::to_string(o.batch) +
                     " at once, epsilon " + std::to_string(o.epsilon) + "; all must be positive");
  const NoGrad constant;
  Rng rng{o.seed, name_stream("path length"), 0};
  std::vector<double> lengths;
  for (i64 first = 0; first < o.pairs; first += o.batch) {
    const i64 n = std::min(o.batch, o.pairs - first);
    const Var a = draw_latent<float>(n, latent, rng), b = draw_latent<float>(n, latent, rng);
    std::vector<double> t = rand<double>({n}, rng).to_vector(), after = t;
    for (double& s : after) s += o.epsilon;
    const Var here = generate(interpolate(a, b, t, o.path));
    const Var there = generate(interpolate(a, b, after, o.path));
    const Var apart = distance(here, there);
    GAN_CHECK_SHAPE(apart.defined() && apart.shape() == Shape{n}, "path_length", "one distance per pair of images",
                    apart.shape(), Shape{n});
    for (const float v : apart.to_vector()) lengths.push_back(double{v} / (o.epsilon * o.epsilon));
  }
  return path_length_of(std::move(lengths), o.discard);
}

}  // namespace gan::metrics
