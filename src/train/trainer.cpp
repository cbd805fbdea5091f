// See train/trainer.hpp.
#include "gan/train/trainer.hpp"

#include <cmath>

#include "src/train/not_finite.hpp"

namespace gan {

template <class T>
BasicTrainer<T>::BasicTrainer(BasicGame<T>& game, data::Loader loader, TrainerOptions options)
    : game_(game), loader_(std::move(loader)), options_(options) {
  if (options.rounds < 0 || (options.rounds == 0 && options.epochs < 1))
    throw ValueError("[Trainer] at least one epoch or round is needed");
  loader_.set_seed(options.seed);
  total_ = options.rounds > 0 ? options.rounds : options.epochs * rounds_per_epoch();
}

template <class T>
BasicTrainer<T>::~BasicTrainer() {
  for (const Average& average : averages_) game_.exclude(average.name);
}

template <class T>
i64 BasicTrainer<T>::rounds_per_epoch() const {
  return std::max<i64>(1,
                       static_cast<i64>(static_cast<double>(loader_.batches_per_epoch()) / game_.batches_per_round()));
}

template <class T>
const std::string& BasicTrainer<T>::data_checksum() {
  if (data_checksum_.empty()) data_checksum_ = loader_.source().checksum();
  return data_checksum_;
}

template <class T>
void BasicTrainer<T>::add_further(FurtherData data) {
  for (const FurtherData& other : further_data_)
    if (other.name == data.name)
      throw ValueError("[Trainer] data named '" + data.name + "' are there already; choose another name");
  further_data_.push_back(std::move(data));
}

template <class T>
const std::vector<typename BasicTrainer<T>::FurtherData>& BasicTrainer<T>::further_data() {
  for (FurtherData& further : further_data_)
    if (further.checksum.empty()) further.checksum = further.data.checksum();
  return further_data_;
}

template <class T>
i64 BasicTrainer<T>::images_per_round() const {
  return std::llround(static_cast<double>(loader_.batch_size()) * game_.batches_per_round());
}

template <class T>
void BasicTrainer<T>::every(i64 n, Hook hook) {
  if (n < 1) throw ValueError("[Trainer] hooks run every 1 or more rounds, not " + std::to_string(n));
  hooks_.emplace_back(n, std::move(hook));
}

/// A learning rate of 0 from the start is intended: a frozen player. A schedule that passes through 0 is not reported.
template <class T>
void BasicTrainer<T>::note_who_learns_nothing() {
  if (!options_.note) return;
  std::string who;
  for (const auto& player : game_.players) {
    const OptimizerSpec& spec = player.optimizer.spec();
    const u64 updates = player.optimizer.updates();
    if (updates == 0 || player.optimizer.learning_rate() != 0 || learn_nothing_.count(player.name) != 0) continue;
    const auto is_zero = [&spec](u64 n) { return spec.learning_rate_at(n) == 0; };
    const bool from_the_start = is_zero(0) && is_zero(1) && is_zero(updates / 2) && is_zero(updates - 1);
    if (from_the_start || !is_zero(updates + 1)) continue;
    learn_nothing_.insert(player.name);
    who += (who.empty() ? "" : ", ") + player.name + " after " + std::to_string(updates) + " updates";
  }
  if (!who.empty()) options_.note("the schedule's learning rate is 0 now, so that nothing more is learnt: " + who);
}

template <class T>
void BasicTrainer<T>::step() {
  note_who_learns_nothing();
  BasicRound<T> round;
  round.number = static_cast<u64>(round_);
  const Device device = game_.players.empty() || game_.players[0].parameters.tensors.empty()
                            ? Device::cpu()
                            : game_.players[0].parameters.tensors[0].device();
  if (graphs_ && graphs_->device() != device) graphs_.reset();  // the networks were moved
  if (options_.graphs && graphs_ == nullptr && game_.is_regular())
    if (auto capture = make_capture(device))
      graphs_ = std::make_unique<BasicTurnGraphs<T>>(std::move(capture), device, options_.note);
  const auto batch = [&](int t) {
    BasicBatch<T> next = loader_.template batch_at<T>(batches_ + static_cast<u64>(t));
    return graphs_ ? next : next.to(device);  // graphs have their own buffers for them
  };
  game_.play(round, batch, options_.seed, graphs_.get());
  last_ = BasicRound<T>();  // tensors of the round are released; its metrics stay
  for (const auto& [name, value] : round.metrics()) last_.metric(name, value);
  batches_ += static_cast<u64>(game_.batches_in(static_cast<u64>(round_)));
  ++round_;
  for (const Average& average : averages_) average.update();
}

template <class T>
void BasicTrainer<T>::run() {
  stopped_ = false;
  while (round_ < total_ && !stopped_) {
    step();
    if (round_ % 100 == 0 || round_ == total_) check_finite();
    for (auto& [n, hook] : hooks_)
      if (round_ % n == 0) hook(*this);
  }
}

template <class T>
void BasicTrainer<T>::resume_after(i64 round) {
  if (round < 0) throw ValueError("[Trainer] there is no round " + std::to_string(round));
  round_ = round;
  batches_ = 0;
  for (i64 r = 0; r < round; ++r) batches_ += static_cast<u64>(game_.batches_in(static_cast<u64>(r)));
  last_ = BasicRound<T>();
}

template <class T>
std::vector<std::pair<std::string, double>> BasicTrainer<T>::metrics() const {
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [name, value] : last_.metrics()) out.emplace_back(name, static_cast<double>(value.item()));
  return out;
}

template <class T>
void BasicTrainer<T>::check_finite() {
  if (const std::string tensor = game_.first_not_finite(); !tensor.empty())
    detail::throw_not_finite(tensor, "", round_);
  for (const auto& [name, value] : metrics())
    if (!std::isfinite(value)) detail::throw_not_finite("", name, round_);
}

template class BasicTrainer<float>;
template class BasicTrainer<double>;

}  // namespace gan
