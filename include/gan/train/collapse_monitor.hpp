// Monitors training for the typical failures of GANs, using cheap signals, and reports them in plain words: "the
// generator's samples are 5.2x less diverse than the data since round 12000: mode collapse".
#pragma once

#include <limits>
#include <optional>
#include <span>

#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"

namespace gan {

enum class Health {
  sound,              ///< none of the others
  collapsed,          ///< samples are much more alike than the data
  repeating,          ///< samples differ, but the same few appear again and again
  discriminator_won,         ///< D is certain of every image
  gradient_vanished,  ///< the gradient of a player is far smaller than it used to be
  gradient_exploded,  ///< the gradient of a player is far larger than it used to be
};
std::span<const char* const> enum_names(Health);

/// The signals of one check. NaN where a signal does not exist: no images, no metric of that name.
struct HealthSignals {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  i64 round = 0;
  double d_real = none, d_fake = none;     ///< D(x), D(G(z)): the game's metrics
  double spread = none, nearest = none;    ///< metrics::diversity of samples, divided by that of equally many data
  double alike = none, data_alike = none;  ///< metrics::self_similarity of the samples and of the data
  std::vector<std::pair<std::string, double>> gradients = {};  ///< L2 norm of the gradient of each player
};

/// The thresholds at which a check counts as bad.
struct HealthLimits {
  double spread = 0.4;            ///< collapsed: below this fraction of the data's spread
  double difference = 0.4;        ///< collapsed: 1 - MS-SSIM below this fraction of the data's
  double nearest = 0.15;          ///< repeating: below this fraction of the data's nearest-neighbour distance
  double certain = 0.02;          ///< discriminator won: D(x) above 1 - certain and D(G(z)) below certain
  double gradient_factor = 1000;  ///< vanished, exploded: the norm is this factor below or above its median so far
  i64 patience = 3;               ///< consecutive checks that must be bad, or good again, before it is reported
  i64 grace = 10;  ///< checks at the start that are never reported: untrained samples are all alike, too
};

/// Judges a sequence of checks. Independent of the trainer, so that it can be given any signals.
class HealthJudge {
 public:
  /// Throws ValueError for limits out of range: fractions in (0, 1), a factor above 1, patience of at least 1, grace of
  /// at least 0.
  explicit HealthJudge(HealthLimits limits = {});

  /// Takes the signals of one check and returns a sentence if the verdict changes with them. If they fit several
  /// states, the first in the order of Health counts.
  std::optional<std::string> look(const HealthSignals& now);
  Health health() const { return health_; }
  /// The round of the first of the checks that led to the current verdict.
  i64 since() const { return since_; }

 private:
  Health classify(const HealthSignals& now) const;
  std::string describe(const HealthSignals& now, Health what, i64 since) const;
  double median_gradient(const std::string& player) const;

  HealthLimits limits_;
  Health health_ = Health::sound, candidate_ = Health::sound;
  i64 since_ = 0, candidate_since_ = 0, streak_ = 0, looks_ = 0;
  std::vector<std::pair<std::string, std::vector<double>>> gradients_;  // of all checks so far
};

struct CollapseMonitorOptions {
  InputSpec input = {};
  i64 samples = 128;  ///< samples of the generator and of the data in each check
  u64 seed = 1;       ///< of the choice of data and of the latent vectors, which are the same in every check
  HealthLimits limits = {};
  std::function<void(const std::string& sentence)> say = {};  ///< gets the verdict whenever it changes
  /// The feature space in which diversity is measured: images or points (N, ...) → features (N, D). Empty: the raw
  /// values.
  std::function<Var(const Var&)> features = {};
};

/// A training hook that checks for collapse. Samples are drawn as in training, with the statistics of their own batch,
/// and do not affect training.
///
///   CollapseMonitor monitor(net.G, game, {.input = net.input(), .say = [](auto& s) { std::puts(s.c_str()); }});
///   trainer.every(100, monitor.hook());
///
/// It remembers earlier checks, but not across a resume: a resumed run starts afresh.
class CollapseMonitor {
 public:
  /// From now on the game reports gradient norms among its metrics. Generator and monitor must outlive the run. Throws
  /// ValueError for fewer than two samples and for limits out of range.
  template <class G>
  CollapseMonitor(G& generator, Game& game, CollapseMonitorOptions options)
      : CollapseMonitor([&generator, how = as_in_training(options.input),
                         seed = options.seed](i64 n) { return io::sample(generator, n, how, seed); },
                        std::move(options)) {
    game.gradient_norms = true;
  }

  /// Performs one check. Throws what sampling throws.
  void look(Trainer& trainer);
  Trainer::Hook hook() & {
    return [this](Trainer& t) { look(t); };
  }
  Trainer::Hook hook() && = delete;

  const HealthJudge& judge() const { return judge_; }
  /// The signals of the last check.
  const HealthSignals& signals() const { return signals_; }

 private:
  using Draw = std::function<Var(i64 n)>;
  CollapseMonitor(Draw draw, CollapseMonitorOptions options);
  static InputSpec as_in_training(InputSpec how) {
    how.batch_statistics = true;
    return how;
  }
  void measure_data(const data::Source& source);

  Draw draw_;
  CollapseMonitorOptions options_;
  HealthJudge judge_;
  HealthSignals signals_;
  double data_spread_ = 0, data_nearest_ = 0, data_alike_ = HealthSignals::none;
  i64 samples_ = 0;  // at most the number of data
};

}  // namespace gan
