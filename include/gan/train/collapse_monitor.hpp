// Watches a training for the ways in which GANs fail, by signals that cost little, and says in plain words what it
// sees: "the generator's samples are 5.2x less diverse than the data since round 12000: mode collapse".
#pragma once

#include <limits>
#include <optional>
#include <span>

#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"

namespace gan {

enum class Health {
  sound,              ///< none of the others
  collapsed,          ///< samples are much more alike than data
  repeating,          ///< samples differ, but the same few come again and again
  discriminator_won,         ///< D is certain of every image
  gradient_vanished,  ///< a player's gradient is nothing beside what it was
  gradient_exploded,  ///< or everything
};
std::span<const char* const> enum_names(Health);

/// What one look saw. NaN where a signal does not exist: no images, no metric of that name.
struct HealthSignals {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  i64 round = 0;
  double d_real = none, d_fake = none;     ///< D(x), D(G(z)): the game's metrics
  double spread = none, nearest = none;    ///< metrics::diversity of samples, divided by that of as many data
  double alike = none, data_alike = none;  ///< metrics::self_similarity of samples and of data
  std::vector<std::pair<std::string, double>> gradients = {};  ///< L2 norm of each player's gradient
};

/// When a look is bad.
struct HealthLimits {
  double spread = 0.4;            ///< collapsed: below this share of the data's spread
  double difference = 0.4;        ///< collapsed: 1 - MS-SSIM below this share of the data's
  double nearest = 0.15;          ///< repeating: below this share of the data's distance to the nearest neighbour
  double certain = 0.02;          ///< discriminator won: D(x) above 1 - certain and D(G(z)) below certain
  double gradient_factor = 1000;  ///< vanished, exploded: the norm is that much below or above its median so far
  i64 patience = 3;               ///< looks in a row that must be bad, or good again, before anything is said
  i64 grace = 10;  ///< looks from the start on which nothing is said: untrained samples are all alike, too
};

/// Judges a sequence of looks. Apart from the trainer, so that it can be told anything.
class HealthJudge {
 public:
  /// Throws ValueError for limits out of range: shares in (0, 1), a factor above 1, patience of at least 1, grace of
  /// at least 0.
  explicit HealthJudge(HealthLimits limits = {});

  /// Takes in a look; a sentence where the verdict has changed with it. Where a look fits several states, the first in
  /// the order of Health counts.
  std::optional<std::string> look(const HealthSignals& now);
  Health health() const { return health_; }
  /// The first round of the looks that led to the present verdict.
  i64 since() const { return since_; }

 private:
  Health classify(const HealthSignals& now) const;
  std::string describe(const HealthSignals& now, Health what, i64 since) const;
  double median_gradient(const std::string& player) const;

  HealthLimits limits_;
  Health health_ = Health::sound, candidate_ = Health::sound;
  i64 since_ = 0, candidate_since_ = 0, streak_ = 0, looks_ = 0;
  std::vector<std::pair<std::string, std::vector<double>>> gradients_;  // of the looks so far
};

struct CollapseMonitorOptions {
  Sampling sampling = {};
  i64 samples = 128;  ///< of the generator and of the data, at each look
  u64 seed = 1;       ///< of the choice of data and of the latent vectors, which are the same at every look
  HealthLimits limits = {};
  std::function<void(const std::string& sentence)> say = {};  ///< gets the verdict whenever it changes
  /// Where diversity is measured: from images or points (N, ...) to features (N, D). Empty: as they are.
  std::function<Var(const Var&)> features = {};
};

/// A hook. Samples are made as in training, with their batch's statistics, and change nothing in the training.
///
///   CollapseMonitor monitor(net.G, game, {.sampling = net.sampling(), .say = [](auto& s) { std::puts(s.c_str()); }});
///   trainer.every(100, monitor.hook());
///
/// It remembers earlier looks, but not across a resumed run: there it begins anew.
class CollapseMonitor {
 public:
  /// The game leaves gradient norms among its metrics from now on. Generator and monitor must outlive the run. Throws
  /// ValueError for fewer than two samples and limits out of range.
  template <class G>
  CollapseMonitor(G& generator, Game& game, CollapseMonitorOptions options)
      : CollapseMonitor([&generator, how = as_in_training(options.sampling),
                         seed = options.seed](i64 n) { return io::sample(generator, n, how, seed); },
                        std::move(options)) {
    game.gradient_norms = true;
  }

  /// Looks once. Throws what sampling throws.
  void look(Trainer& trainer);
  Trainer::Hook hook() {
    return [this](Trainer& t) { look(t); };
  }

  const HealthJudge& judge() const { return judge_; }
  /// What the last look saw.
  const HealthSignals& signals() const { return signals_; }

 private:
  using Draw = std::function<Var(i64 n)>;
  CollapseMonitor(Draw draw, CollapseMonitorOptions options);
  static Sampling as_in_training(Sampling how) {
    how.batch_statistics = true;
    return how;
  }
  void measure_data(const data::Dataset& images);

  Draw draw_;
  CollapseMonitorOptions options_;
  HealthJudge judge_;
  HealthSignals signals_;
  double data_spread_ = 0, data_nearest_ = 0, data_alike_ = HealthSignals::none;
  i64 samples_ = 0;  // as many as there are data, at most
};

}  // namespace gan
