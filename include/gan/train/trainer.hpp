// Trainer: plays rounds and calls hooks between them.
#pragma once

#include "gan/data/loader.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/turn_graphs.hpp"

namespace gan {

struct TrainerOptions {
  i64 epochs = 1;
  i64 rounds = 0;  ///< if not 0, train for this many rounds instead of epochs
  u64 seed = 1;    ///< of the data order and of all noise
  /// Record turns and repeat them on devices that support it: the same results, faster. Not where the number of turns
  /// changes from round to round.
  bool graphs = true;
  /// Called once for each turn that is not recorded, with the reason, and for each player whose schedule has lowered
  /// its learning rate to 0, so that it learns nothing in the remaining rounds.
  std::function<void(const std::string&)> note = {};
};

/// Plays a game, which must outlive the trainer; the trainer owns its loader. Only one thread at a time may use a
/// trainer, and stop() is for hooks: another thread can end the run through a flag that a hook checks.
template <class T>
class BasicTrainer {
 public:
  /// Called between rounds on the thread that called run(). What a hook captures must outlive the trainer's runs. A
  /// hook may read and change everything, save, and call stop(), but not run(), step() or every(). An exception from a
  /// hook ends run(), which may be called again.
  using Hook = std::function<void(BasicTrainer&)>;
  /// Data that losses use in addition to their batches.
  struct FurtherData {
    std::string name;
    data::Source data;
    data::Loader* loader = nullptr;  ///< or null, where losses use the data alone
    std::string checksum;
  };

  /// Reseeds the loader's order with options.seed. Throws ValueError unless epochs or rounds is positive.
  BasicTrainer(BasicGame<T>& game, data::Loader loader, TrainerOptions options);
  BasicTrainer(const BasicTrainer&) = delete;
  BasicTrainer& operator=(const BasicTrainer&) = delete;
  /// Takes its averages out of the game.
  ~BasicTrainer();

  /// Declares another loader that losses capture: resuming compares its data and options by name and restores its
  /// cursor. It must outlive the trainer. Throws ValueError when other data have that name.
  void also_uses(const std::string& name, data::Loader& loader) { add_further({name, loader.source(), &loader, {}}); }
  /// Declares data that losses use without a loader.
  void also_uses(const std::string& name, data::Source data) { add_further({name, std::move(data), nullptr, {}}); }
  /// Averages `net` after every round from now on; the average belongs to the trainer, and to the game under `name`, so
  /// that checkpoints hold it. The network must outlive the trainer. Throws as Ema does, and ValueError when the game
  /// has a part of that name.
  template <class M>
  Ema<M>& average(M& net, double decay = 0.999, const std::string& name = "ema") {
    return average(net, schedule::average(decay), name);
  }
  /// The same with a decay that is a function of the round, such as schedule::half_life.
  template <class M>
  Ema<M>& average(M& net, Schedule decay, const std::string& name = "ema") {
    auto own = std::make_shared<Ema<M>>(net, std::move(decay));
    game_.include(name, *own);
    averages_.push_back({name, [own] { own->update(); }});
    return *own;
  }
  /// Calls hook after every n-th round, in the order in which hooks were added. Throws ValueError unless n >= 1.
  void every(i64 n, Hook hook);
  /// Calls hook after every n-th epoch.
  void every_epoch(i64 n, Hook hook) { every(n * rounds_per_epoch(), std::move(hook)); }
  /// Plays until total_rounds(), or until a hook calls stop(). Throws NotFiniteError naming the first bad tensor when
  /// training produces NaN or infinity: losses are checked in every round on the CPU and every 100 rounds elsewhere,
  /// all parameters and buffers every 100 rounds and before each checkpoint.
  void run();
  /// Plays one round.
  void step();
  /// Makes run() return after this round's hooks.
  void stop() { stopped_ = true; }
  /// Continues after this round, as if it and all earlier rounds had been played. Call it once the game's state has
  /// been restored.
  void resume_after(i64 round);
  /// Throws NotFiniteError when a metric, a parameter or a buffer is NaN or infinite.
  void check_finite();

  /// The number of rounds played so far, and the number at which run() ends.
  i64 round() const { return round_; }
  i64 total_rounds() const { return total_; }
  i64 rounds_per_epoch() const;
  /// The number of real examples that the players see in one round, on average.
  i64 images_per_round() const;
  const TrainerOptions& options() const { return options_; }
  const data::Loader& loader() const { return loader_; }
  /// The checksum of the loader's source, computed once.
  const std::string& data_checksum();
  /// The data declared by also_uses, with checksums.
  const std::vector<FurtherData>& further_data();
  BasicGame<T>& game() { return game_; }
  /// The recorded turns; null when the device does not support recording, and before the first round.
  const BasicTurnGraphs<T>* graphs() const { return graphs_.get(); }

  /// The last round's metrics by name: losses, D(x), D(G(z)). Reading them waits for the device.
  std::vector<std::pair<std::string, double>> metrics() const;

 private:
  void add_further(FurtherData data);
  void note_who_learns_nothing();

  struct Average {
    std::string name;  ///< of the part of the game
    std::function<void()> update;
  };
  BasicGame<T>& game_;
  data::Loader loader_;
  TrainerOptions options_;
  i64 round_ = 0, total_ = 0;
  u64 batches_ = 0;  // used so far
  bool stopped_ = false;
  std::set<std::string> learn_nothing_;  ///< players that were reported
  std::string data_checksum_;
  std::vector<FurtherData> further_data_;
  std::unique_ptr<BasicTurnGraphs<T>> graphs_;
  BasicRound<T> last_;
  std::vector<Average> averages_;
  std::vector<std::pair<i64, Hook>> hooks_;
};
using Trainer = BasicTrainer<float>;

extern template class BasicTrainer<float>;
extern template class BasicTrainer<double>;

}  // namespace gan
