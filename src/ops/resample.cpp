// Resampling plans: how they are made, cached, and copied to devices.
#include "gan/ops/pool.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>

namespace gan::detail {

ResampleMatrix::ResampleMatrix(i64 entries, std::vector<i64> first, std::vector<double> weight)
    : in(entries),
      out(static_cast<i64>(first.size())),
      taps(out == 0 ? 0 : static_cast<i64>(weight.size()) / out),
      first_(std::move(first)),
      weight_(std::move(weight)) {
  readers_.assign(static_cast<std::size_t>(2 * in), 0);
  for (i64 o = 0; o < out; ++o)
    for (i64 j = 0; j < taps; ++j) {
      if (weight_[static_cast<std::size_t>(o * taps + j)] == 0) continue;
      i64* const range = &readers_[static_cast<std::size_t>(2 * (first_[static_cast<std::size_t>(o)] + j))];
      if (range[1] == 0) range[0] = o;
      range[1] = o + 1;
    }
}

ResampleAxis ResampleMatrix::axis(Device device) const {
  if (device.is_cpu()) return {in, out, taps, first_.data(), weight_.data(), readers_.data()};
  static_assert(sizeof(double) == sizeof(i64));
  const std::lock_guard lock(mutex_);
  auto copy = std::find_if(copies_.begin(), copies_.end(), [&](const auto& c) { return c->device == device; });
  if (copy == copies_.end()) {
    std::vector<i64> all(first_);
    all.insert(all.end(), readers_.begin(), readers_.end());
    const std::size_t numbers = all.size();
    all.resize(numbers + weight_.size());
    std::memcpy(all.data() + numbers, weight_.data(), weight_.size() * sizeof(double));
    auto made = std::make_unique<Storage<i64>>(Shape{static_cast<i64>(all.size())}, device);
    copy_bytes(made->data, device, all.data(), Device::cpu(), all.size() * sizeof(i64));
    copy = copies_.insert(copies_.end(), std::move(made));
  }
  const i64* const first = (*copy)->data;
  const i64* const readers = first + out;
  return {in, out, taps, first, reinterpret_cast<const double*>(readers + 2 * in), readers};
}

bool ResampleMatrix::uploaded() const {
  const std::lock_guard lock(mutex_);
  return !copies_.empty();
}

namespace {

using Key = std::array<i64, 4>;
struct Kept {
  Key key;
  ResamplePlan plan;
};

/// The cached plan for this key, or a new one. Recently used plans come first. Plans that are on a device are never
/// evicted: a captured graph may read them as long as the program runs.
ResamplePlan kept(const Key& key, const std::function<ResamplePlan()>& make) {
  constexpr std::size_t most = 64;
  static std::mutex mutex;
  static auto& plans = *new std::vector<Kept>;  // never destroyed: its memory may belong to a device that ends earlier
  const std::lock_guard lock(mutex);
  const auto found = std::find_if(plans.begin(), plans.end(), [&](const Kept& k) { return k.key == key; });
  if (found != plans.end()) {
    std::rotate(plans.begin(), found, found + 1);
    return plans.front().plan;
  }
  if (plans.size() >= most)
    for (auto last = plans.end(); last-- != plans.begin();)
      if (!last->plan->uploaded()) {
        plans.erase(last);
        break;
      }
  try {
    plans.insert(plans.begin(), {key, make()});
  } catch (const std::bad_alloc&) {
    throw OutOfMemory("[resample] the cpu has not enough memory for a plan from " + std::to_string(key[0]) + " to " +
                      std::to_string(key[1]) + " entries");
  }
  return plans.front().plan;
}

double kernel_weight(Interpolation mode, double distance) {
  const double d = std::abs(distance);
  if (mode == Interpolation::bilinear) return d < 1 ? 1 - d : 0;
  constexpr double a = -0.5;
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return 0;
}

ResamplePlan nearest(i64 in, i64 out) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  std::vector<i64> first;
  first.reserve(static_cast<std::size_t>(out));
  for (i64 i = 0; i < out; ++i)
    first.push_back(std::min(in - 1, static_cast<i64>((static_cast<double>(i) + 0.5) * scale)));
  return std::make_shared<const ResampleMatrix>(in, first, std::vector<double>(first.size(), 1.0));
}

ResamplePlan interpolated(i64 in, i64 out, ResizeOptions o) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double widen = o.antialias ? std::max(1.0, scale) : 1.0;
  const double support = (o.mode == Interpolation::bilinear ? 1.0 : 2.0) * widen;
  const i64 taps = std::min(in, static_cast<i64>(std::ceil(support)) * 2 + 1);
  std::vector<i64> firsts;
  std::vector<double> weights;
  firsts.reserve(static_cast<std::size_t>(out));
  for (i64 i = 0; i < out; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const i64 low = static_cast<i64>(std::floor(centre - support)) + 1;
    const i64 first = std::clamp<i64>(low, 0, in - taps);
    std::vector<double> weight(static_cast<std::size_t>(taps), 0.0);
    double total = 0;
    for (i64 j = low; j <= static_cast<i64>(std::ceil(centre + support)); ++j) {
      const double w = kernel_weight(o.mode, (static_cast<double>(j) - centre) / widen);
      if (o.antialias && (j < 0 || j >= in)) continue;       // samples outside are omitted and the rest renormalised
      const i64 at = std::clamp<i64>(j, 0, in - 1) - first;  // without antialias the edge sample is repeated
      if (w == 0 || at < 0 || at >= taps) continue;
      weight[static_cast<std::size_t>(at)] += w;
      total += w;
    }
    firsts.push_back(first);
    for (const double w : weight) weights.push_back(w / total);
  }
  return std::make_shared<const ResampleMatrix>(in, std::move(firsts), std::move(weights));
}

}  // namespace

ResamplePlan resample_plan(i64 in, i64 out, ResizeOptions o) {
  if (o.mode == Interpolation::nearest) o.antialias = false;  // makes no difference for nearest
  return kept({in, out, static_cast<i64>(o.mode), o.antialias ? 1 : 0},
              [&] { return o.mode == Interpolation::nearest ? nearest(in, out) : interpolated(in, out, o); });
}

ResamplePlan reflection_plan(i64 in, i64 before, i64 after) {
  return kept({in, before, after, -1}, [&] {  // -1, where resample_plan has 0 or 1
    std::vector<i64> first;
    for (i64 i = -before; i < in + after; ++i) first.push_back(i < in ? std::abs(i) : 2 * (in - 1) - i);
    return std::make_shared<const ResampleMatrix>(in, first, std::vector<double>(first.size(), 1.0));
  });
}

ResamplePlan low_pass_plan(i64 in, i64 gain) {
  return kept({in, gain, 0, -2}, [&] {
    constexpr double filter[] = {1. / 8, 3. / 8, 3. / 8, 1. / 8};
    const i64 taps = std::min<i64>(4, in);
    std::vector<i64> firsts;
    std::vector<double> weights;
    for (i64 o = 0; o < in / 2; ++o) {
      const i64 low = 2 * o - 1, first = std::clamp<i64>(low, 0, in - taps);
      for (i64 j = first; j < first + taps; ++j) {
        const bool inside = j >= low && j < low + 4;
        weights.push_back(inside ? static_cast<double>(gain) * filter[j - low] : 0);
      }
      firsts.push_back(first);
    }
    return std::make_shared<const ResampleMatrix>(in, std::move(firsts), std::move(weights));
  });
}

}  // namespace gan::detail
