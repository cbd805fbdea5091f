// Checks during training, and verdicts on a sequence of checks.
#include "gan/train/collapse_monitor.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gan/metrics/diversity.hpp"

namespace gan {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

/// How many times less diverse the samples are than the data, by the stronger of the two signals.
double times_less(const HealthSignals& s) {
  const double by_spread = 1 / s.spread, by_similarity = (1 - s.data_alike) / (1 - s.alike);
  return std::isnan(by_similarity) ? by_spread : std::max(by_spread, by_similarity);
}

double value_of(const std::vector<std::pair<std::string, double>>& metrics, const std::string& name) {
  for (const auto& [key, value] : metrics)
    if (key == name) return value;
  return HealthSignals::none;
}

}  // namespace

std::span<const char* const> enum_names(Health) {
  static constexpr const char* names[] = {"sound",      "collapsed",         "repeating",
                                          "discriminator won", "gradient vanished", "gradient exploded"};
  return names;
}

HealthJudge::HealthJudge(HealthLimits limits) : limits_(limits) {
  const auto share = [](const char* what, double value) {
    if (!(value > 0 && value < 1))
      throw ValueError(std::string("[HealthJudge] ") + what + " " + number(value) + "; it must lie in (0, 1)");
  };
  share("spread", limits.spread);
  share("difference", limits.difference);
  share("nearest", limits.nearest);
  share("certain", limits.certain);
  if (!(limits.gradient_factor > 1) || limits.patience < 1 || limits.grace < 0)
    throw ValueError("[HealthJudge] gradient_factor " + number(limits.gradient_factor) + ", patience " +
                     std::to_string(limits.patience) + ", grace " + std::to_string(limits.grace) +
                     "; a factor above 1, at least 1 look and at least 0 are needed");
}

double HealthJudge::median_gradient(const std::string& player) const {
  for (const auto& [name, past] : gradients_) {
    if (name != player || static_cast<i64>(past.size()) < limits_.patience) continue;
    std::vector<double> sorted = past;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }
  return HealthSignals::none;
}

Health HealthJudge::classify(const HealthSignals& now) const {
  // Comparisons with NaN, which stands for a missing signal, are false.
  if (now.spread < limits_.spread || 1 - now.alike < limits_.difference * (1 - now.data_alike))
    return Health::collapsed;
  if (now.nearest < limits_.nearest) return Health::repeating;
  if (now.d_real > 1 - limits_.certain && now.d_fake < limits_.certain) return Health::discriminator_won;
  for (const auto& [player, norm] : now.gradients) {
    const double usual = median_gradient(player);
    if (norm * limits_.gradient_factor < usual) return Health::gradient_vanished;
    if (norm > limits_.gradient_factor * usual) return Health::gradient_exploded;
  }
  return Health::sound;
}

std::string HealthJudge::describe(const HealthSignals& now, Health what, i64 since) const {
  const std::string since_round = " since round " + std::to_string(since);
  const auto gradient = [&](const char* verb, const char* meaning) {
    std::string text;
    for (const auto& [player, norm] : now.gradients) {
      const double usual = median_gradient(player);
      if (norm * limits_.gradient_factor < usual || norm > limits_.gradient_factor * usual)
        text = "the gradient of " + player + " has " + verb + since_round + " (norm " + number(norm) + ", usually " +
               number(usual) + "): " + meaning;
    }
    return text;
  };
  switch (what) {
    case Health::collapsed:
      return "the generator's samples are " + number(times_less(now)) + "x less diverse than the data" + since_round +
             ": mode collapse";
    case Health::repeating:
      return "the generator makes a few samples again and again" + since_round + " (neighbours are " +
             number(1 / now.nearest) + "x closer than in the data): mode collapse";
    case Health::discriminator_won:
      return "D is certain of every image" + since_round + " (D(x) " + number(now.d_real) + ", D(G(z)) " +
             number(now.d_fake) + "): the generator learns little";
    case Health::gradient_vanished:
      return gradient("vanished", "it learns nothing");
    case Health::gradient_exploded:
      return gradient("exploded", "the learning rate is too high");
    case Health::sound:
      break;
  }
  return "the training is sound again" + since_round + " (samples have " + number(now.spread) +
         " of the data's spread)";
}

std::optional<std::string> HealthJudge::look(const HealthSignals& now) {
  const Health seen = classify(now);
  if (streak_ == 0 || seen != candidate_) {
    candidate_ = seen;
    candidate_since_ = now.round;
    streak_ = 0;
  }
  ++streak_;
  ++looks_;
  std::optional<std::string> sentence;
  if (candidate_ != health_ && streak_ >= limits_.patience && looks_ > limits_.grace) {
    health_ = candidate_;
    since_ = candidate_since_;
    sentence = describe(now, health_, since_);
  }
  for (const auto& [player, norm] : now.gradients) {
    if (!std::isfinite(norm)) continue;
    const auto found = std::find_if(gradients_.begin(), gradients_.end(), [&](auto& g) { return g.first == player; });
    if (found == gradients_.end())
      gradients_.push_back({player, {norm}});
    else
      found->second.push_back(norm);
  }
  return sentence;
}

CollapseMonitor::CollapseMonitor(Draw draw, CollapseMonitorOptions options)
    : draw_(std::move(draw)), options_(std::move(options)), judge_(options_.limits) {
  if (options_.samples < 2)
    throw ValueError("[CollapseMonitor] " + std::to_string(options_.samples) + " samples; at least 2 are needed");
}

namespace {
/// Whether self_similarity is defined for images of this shape.
bool has_similarity(const Shape& shape) { return shape.rank() == 4 && shape[1] >= 11 && shape[2] >= 11; }
}  // namespace

void CollapseMonitor::measure_data(const data::Source& source) {
  samples_ = std::min(options_.samples, source.size());
  const std::vector<i64> some =
      metrics::choose(source.size(), samples_, Rng{options_.seed, name_stream("collapse monitor"), 0});
  const Var x = source.batch(some)["x"];
  const NoGrad constant;
  const metrics::Diversity d = metrics::diversity(options_.features ? options_.features(x) : x);
  data_spread_ = d.spread;
  data_nearest_ = d.nearest;
  if (has_similarity(x.shape()))
    data_alike_ =
        metrics::self_similarity(x, {.low = options_.input.low, .high = options_.input.high}, 64, options_.seed);
}

void CollapseMonitor::look(Trainer& trainer) {
  if (samples_ == 0) measure_data(trainer.loader().source());
  signals_ = {.round = trainer.round()};
  const auto metrics = trainer.metrics();
  signals_.d_real = value_of(metrics, "D(x)");
  signals_.d_fake = value_of(metrics, "D(G(z))");
  for (const auto& player : trainer.game().players)
    if (const double norm = value_of(metrics, "gradient_" + player.name); !std::isnan(norm))
      signals_.gradients.emplace_back(player.name, norm);

  const NoGrad constant;
  const Var x = draw_(samples_);
  const metrics::Diversity d = metrics::diversity(options_.features ? options_.features(x) : x);
  signals_.spread = d.spread / data_spread_;
  signals_.nearest = d.nearest / data_nearest_;
  signals_.data_alike = data_alike_;
  if (!std::isnan(data_alike_) && has_similarity(x.shape()))
    signals_.alike =
        metrics::self_similarity(x, {.low = options_.input.low, .high = options_.input.high}, 64, options_.seed);
  if (const auto sentence = judge_.look(signals_); sentence && options_.say) options_.say(*sentence);
}

}  // namespace gan
