// Schedules: how a learning rate or a momentum changes while a player learns. A schedule is a pure function of the
// number of updates made so far, so a run that resumes goes on exactly where it was.
#pragma once

#include <functional>
#include <string>

#include "gan/core/shape.hpp"

namespace gan {

/// From the number of updates made so far (0 before the first) to a factor or a value.
class Schedule {
 public:
  /// From a number, the same at every update, or from any function of the count.
  Schedule(double value);
  template <class F>
  requires std::is_invocable_r_v<double, const F&, u64> Schedule(F at) : at_(std::move(at)) {}
  /// A function that says in `text` what it is, with its parameters: a run that goes on must have the same.
  Schedule(std::string text, std::function<double(u64)> at) : at_(std::move(at)), text_(std::move(text)) {}

  double operator()(u64 updates) const { return at_(updates); }
  /// "linear_to_zero(from 1000, steps 500)"; of a function that does not say what it is, its values at a few counts.
  std::string text() const;

 private:
  std::function<double(u64)> at_;
  std::string text_;
};

namespace schedule {

/// `value` at every update.
inline Schedule constant(double value = 1) { return value; }

struct LinearToZeroOptions {
  i64 from = 0;   ///< updates before the fall begins
  i64 steps = 1;  ///< updates that it takes
};
/// 1 until update `from`, then linearly down to 0 in `steps` updates, and 0 from there on. Throws ValueError unless
/// from >= 0 and steps >= 1.
Schedule linear_to_zero(LinearToZeroOptions o);

struct StepOptions {
  i64 every = 1;  ///< updates
  double factor = 0.1;
};
/// 1, multiplied by `factor` after every `every` updates. Throws ValueError unless every >= 1 and factor > 0.
Schedule step(StepOptions o);

struct ExponentialOptions {
  double factor = 1;  ///< of every update
  double floor = 0;   ///< as a share of the start
};
/// factor^updates, but never less than `floor`. Throws ValueError unless factor > 0 and 0 <= floor <= 1.
Schedule exponential(ExponentialOptions o);

struct CosineOptions {
  i64 steps = 1;     ///< updates from the start to the floor
  double floor = 0;  ///< as a share of the start
};
/// From 1 down to `floor` along half a cosine, and `floor` from there on (Loshchilov & Hutter 2017, without restarts).
/// Throws ValueError unless steps >= 1 and 0 <= floor <= 1.
Schedule cosine(CosineOptions o);

struct WarmUpOptions {
  i64 steps = 1;  ///< updates
};
/// 1/steps, 2/steps, … of the first value of `then` in the first `steps` updates; then `then`, counting from 0. Throws
/// ValueError unless steps >= 1.
Schedule warm_up(WarmUpOptions o, Schedule then = 1.0);

struct RampOptions {
  double from = 0, to = 1;
  i64 steps = 1;  ///< updates from one to the other
};
/// Linearly `from` → `to` in `steps` updates, and `to` from there on. Throws ValueError unless steps >= 1.
Schedule ramp(RampOptions o);

}  // namespace schedule
}  // namespace gan
