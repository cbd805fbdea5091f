// See metrics/path_length.hpp.
#include "gan/metrics/path_length.hpp"

#include <algorithm>
#include <cmath>

#include "metrics_rows.hpp"

namespace gan::metrics {

template <class T>
Tensor<T> interpolate(const Tensor<T>& a, const Tensor<T>& b, const std::vector<double>& share, LatentPath how) {
  GAN_CHECK_SHAPE(a.defined() && b.defined() && a.rank() == 2 && a.shape() == b.shape(), "interpolate",
                  "two sets of latents (n, d) are needed", a.shape(), b.shape());
  const i64 n = a.shape(0), d = a.shape(1);
  if (static_cast<i64>(share.size()) != n)
    throw ValueError("[interpolate] " + std::to_string(share.size()) + " shares of " + std::to_string(n) + " pairs");
  Tensor<T> out(a.shape());
  for (i64 i = 0; i < n; ++i) {
    const T *x = a.data() + i * d, *y = b.data() + i * d;
    const double t = share[static_cast<std::size_t>(i)];
    double from = 1 - t, to = t;
    if (how == LatentPath::spherical) {
      double xx = 0, yy = 0, xy = 0;
      for (i64 k = 0; k < d; ++k) {
        xx += double{x[k]} * x[k];
        yy += double{y[k]} * y[k];
        xy += double{x[k]} * y[k];
      }
      const double cosine = xy / std::sqrt(xx * yy);
      const double angle = std::acos(std::clamp(cosine, -1.0, 1.0)), sine = std::sin(angle);
      if (!(xx > 0 && yy > 0) || cosine < -1 + 1e-12)
        throw ValueError("[interpolate] there is no one great circle between latents of length 0 or opposite ones");
      // Weights of the unit vectors x / |x| and y / |y|; for equal directions any share is the same point.
      from = (sine > 1e-9 ? std::sin((1 - t) * angle) / sine : 1 - t) / std::sqrt(xx);
      to = (sine > 1e-9 ? std::sin(t * angle) / sine : t) / std::sqrt(yy);
    }
    for (i64 k = 0; k < d; ++k) out.mutable_data()[i * d + k] = static_cast<T>(from * x[k] + to * y[k]);
  }
  return out;
}

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
  const NoRecord constant;
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

template Tensor<float> interpolate(const Tensor<float>&, const Tensor<float>&, const std::vector<double>&, LatentPath);
template Tensor<double> interpolate(const Tensor<double>&, const Tensor<double>&, const std::vector<double>&,
                                    LatentPath);

}  // namespace gan::metrics
