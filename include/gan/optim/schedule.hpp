// Schedules: how a number changes during training, such as a learning rate or the strength of a penalty. A schedule is
// a pure function of the number of updates, or of rounds, made so far, so a resumed run continues exactly where it
// stopped.
#pragma once

#include <functional>
#include <string>

#include "gan/nn/pass.hpp"

namespace gan {

/// A function from the number of updates or of rounds made so far (0 before the first) to a factor or a value.
class Schedule {
 public:
  /// From a constant, or from any function of the update count.
  Schedule(double value);
  template <class F>
  requires std::is_invocable_r_v<double, const F&, u64> Schedule(F at) : at_(std::move(at)) {}
  /// A function with a description `text`, including its parameters; a resumed run must have the same description.
  Schedule(std::string text, std::function<double(u64)> at) : at_(std::move(at)), text_(std::move(text)) {}

  double operator()(u64 updates) const { return at_(updates); }
  /// The value in the round of a pass; without one, in round 0. A constant does not read the round.
  double at(const Pass& pass) const { return at_(constant_ || pass.round == nullptr ? u64{0} : u64{*pass.round}); }
  /// Whether it was made from a number.
  bool is_constant() const { return constant_; }
  /// The description, "linear_to_zero(from 1000, steps 500)"; for a function without one, its values at a few counts.
  std::string text() const;

 private:
  std::function<double(u64)> at_;
  std::string text_;
  bool constant_ = false;
};

namespace schedule {

/// `value` at every update.
inline Schedule constant(double value = 1) { return value; }

struct LinearToZeroOptions {
  i64 from = 0;   ///< updates before the decay
  i64 steps = 1;  ///< updates during the decay
};
/// 1 until update `from`, then linearly down to 0 in `steps` updates, then 0. Throws ValueError unless from >= 0 and
/// steps >= 1.
Schedule linear_to_zero(LinearToZeroOptions o);

struct StepOptions {
  i64 every = 1;  ///< updates
  double factor = 0.1;
};
/// 1, multiplied by `factor` after every `every` updates. Throws ValueError unless every >= 1 and factor > 0.
Schedule step(StepOptions o);

struct ExponentialOptions {
  double factor = 1;  ///< per update
  double floor = 0;   ///< as a fraction of the initial value
};
/// factor^updates, but never less than `floor`. Throws ValueError unless factor > 0 and 0 <= floor <= 1.
Schedule exponential(ExponentialOptions o);

struct InverseOptions {
  double rate = 1e-4;  ///< per update
};
/// 1 / (1 + rate updates), the `decay` of Keras's optimizers. Throws ValueError unless rate >= 0.
Schedule inverse(InverseOptions o);

struct CosineOptions {
  i64 steps = 1;     ///< updates from the start to the floor
  double floor = 0;  ///< as a fraction of the initial value
};
/// From 1 down to `floor` along half a cosine, then `floor` (Loshchilov & Hutter 2017, without restarts).
/// Throws ValueError unless steps >= 1 and 0 <= floor <= 1.
Schedule cosine(CosineOptions o);

struct WarmUpOptions {
  i64 steps = 1;  ///< updates
};
/// 1/steps, 2/steps, … times the first value of `then` during the first `steps` updates, and after that `then`, with
/// its count starting at 0. Throws ValueError unless steps >= 1.
Schedule warm_up(WarmUpOptions o, Schedule then = 1.0);

struct RampOptions {
  double from = 0, to = 1;
  i64 steps = 1;  ///< updates from one to the other
};
/// Linearly `from` → `to` in `steps` updates, then `to`. Throws ValueError unless steps >= 1.
Schedule ramp(RampOptions o);
/// The same along half a cosine, slow at both ends: `schedule::cosine` for any two values.
Schedule cosine_ramp(RampOptions o);

/// The decay of a moving average that starts quickly: min(decay, (1 + n) / (10 + n)) in step n. Throws ValueError
/// unless 0 <= decay < 1.
Schedule average(double decay);

struct HalfLifeOptions {
  Schedule images = 500000;  ///< half-life of the average, as a function of the step, in examples
  i64 batch_size = 64;       ///< examples in a step
  double ramp_up = 0;        ///< limits the half-life to this share of the examples so far; 0: no limit
};
/// The decay 0.5^(batch_size / half-life) of a moving average (Karras et al. 2020, with ramp_up 0.05). A half-life of 0
/// makes the average equal to what is averaged. Throws ValueError unless batch_size >= 1 and ramp_up >= 0.
Schedule half_life(HalfLifeOptions o);

}  // namespace schedule
}  // namespace gan
