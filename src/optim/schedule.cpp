// Schedules.
#include "gan/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gan/core/error.hpp"
#include "gan/core/fields.hpp"

namespace gan {

Schedule::Schedule(double value) : Schedule(detail::field_text(value), [value](u64) { return value; }) {
  constant_ = true;
}

std::string Schedule::text() const {
  if (!text_.empty()) return text_;
  std::string values;
  for (const u64 updates : {u64{0}, u64{1}, u64{10}, u64{100}, u64{1000}, u64{10000}, u64{100000}}) {
    try {
      values += (values.empty() ? "" : ", ") + detail::field_text(at_(updates));
    } catch (const std::exception&) { break; }  // it is not defined beyond
  }
  return "a function (at 0, 1, 10, 100, … updates: " + values + ")";
}

namespace schedule {
namespace {

using gan::detail::field_text;

void require(bool holds, const char* name, const char* what) {
  if (!holds) throw ValueError("[schedule::" + std::string(name) + "] " + what);
}

constexpr double pi = 3.14159265358979323846;

/// The fraction of `steps` updates made so far, at most 1.
double share(u64 updates, i64 steps) {
  return std::min(1.0, static_cast<double>(updates) / static_cast<double>(steps));
}

}  // namespace

Schedule linear_to_zero(LinearToZeroOptions o) {
  require(o.from >= 0 && o.steps >= 1, "linear_to_zero", "from must be at least 0 and steps at least 1");
  return {"linear_to_zero(from " + field_text(o.from) + ", steps " + field_text(o.steps) + ")",
          [o, from = static_cast<u64>(o.from)](u64 n) { return n < from ? 1.0 : 1 - share(n - from, o.steps); }};
}

Schedule step(StepOptions o) {
  require(o.every >= 1 && o.factor > 0, "step", "every must be at least 1 and the factor positive");
  return {"step(every " + field_text(o.every) + ", factor " + field_text(o.factor) + ")",
          [o](u64 n) { return std::pow(o.factor, static_cast<double>(n / static_cast<u64>(o.every))); }};
}

Schedule exponential(ExponentialOptions o) {
  require(o.factor > 0 && o.floor >= 0 && o.floor <= 1, "exponential",
          "the factor must be positive and the floor in [0, 1]");
  return {"exponential(factor " + field_text(o.factor) + ", floor " + field_text(o.floor) + ")",
          [o](u64 n) { return std::max(o.floor, std::pow(o.factor, static_cast<double>(n))); }};
}

Schedule inverse(InverseOptions o) {
  require(o.rate >= 0, "inverse", "the rate must not be negative");
  return {"inverse(rate " + field_text(o.rate) + ")",
          [o](u64 n) { return 1 / (1 + o.rate * static_cast<double>(n)); }};
}

Schedule cosine(CosineOptions o) {
  require(o.steps >= 1 && o.floor >= 0 && o.floor <= 1, "cosine", "steps must be at least 1 and the floor in [0, 1]");
  return {"cosine(steps " + field_text(o.steps) + ", floor " + field_text(o.floor) + ")", [o](u64 n) {
            return o.floor + (1 - o.floor) * (1 + std::cos(pi * share(n, o.steps))) / 2;
          }};
}

Schedule warm_up(WarmUpOptions o, Schedule then) {
  require(o.steps >= 1, "warm_up", "steps must be at least 1");
  std::string text = "warm_up(steps " + field_text(o.steps) + ", then " + then.text() + ")";
  return {std::move(text), [steps = static_cast<u64>(o.steps), then = std::move(then)](u64 n) {
            if (n >= steps) return then(n - steps);
            return then(0) * static_cast<double>(n + 1) / static_cast<double>(steps);
          }};
}

Schedule cosine_ramp(RampOptions o) {
  require(o.steps >= 1, "cosine_ramp", "steps must be at least 1");
  return {
      "cosine_ramp(from " + field_text(o.from) + ", to " + field_text(o.to) + ", steps " + field_text(o.steps) + ")",
      [o](u64 n) { return o.to + (o.from - o.to) * (1 + std::cos(pi * share(n, o.steps))) / 2; }};
}

Schedule average(double decay) {
  require(decay >= 0 && decay < 1, "average", "the decay must lie in [0, 1)");
  return {"average(decay " + field_text(decay) + ")", [decay](u64 step) {
            const double n = static_cast<double>(step);
            return std::min(decay, (1 + n) / (10 + n));
          }};
}

Schedule half_life(HalfLifeOptions o) {
  require(o.batch_size >= 1 && o.ramp_up >= 0, "half_life", "batch_size must be at least 1 and ramp_up at least 0");
  std::string text = "half_life(images " + o.images.text() + ", batch size " + field_text(o.batch_size) + ", ramp-up " +
                     field_text(o.ramp_up) + ")";
  return {std::move(text), [o = std::move(o)](u64 step) {
            const double batch = static_cast<double>(o.batch_size), seen = static_cast<double>(step) * batch;
            const double half_life = o.ramp_up > 0 ? std::min(o.images(step), o.ramp_up * seen) : o.images(step);
            return half_life > 0 ? std::pow(0.5, batch / half_life) : 0.0;
          }};
}

Schedule ramp(RampOptions o) {
  require(o.steps >= 1, "ramp", "steps must be at least 1");
  return {"ramp(from " + field_text(o.from) + ", to " + field_text(o.to) + ", steps " + field_text(o.steps) + ")",
          [o](u64 n) { return o.from + (o.to - o.from) * share(n, o.steps); }};
}

}  // namespace schedule
}  // namespace gan
