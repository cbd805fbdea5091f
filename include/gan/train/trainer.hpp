// Trainer: plays rounds, and lets observers look.
#pragma once

#include "gan/data/loader.hpp"
#include "gan/train/turn_graphs.hpp"

namespace gan {

struct TrainerOptions {
  i64 epochs = 1;
  i64 rounds = 0;  ///< if not 0, this many rounds instead of epochs
  u64 seed = 1;    ///< of the data order and of all noise
  bool graphs = true;  ///< on a device that can, record turns and repeat them: the same numbers, sooner
  /// Told once of each turn that is not recorded, and why; and of players whose schedules have brought their learning
  /// rates to 0, so that they learn nothing in the rounds to come.
  std::function<void(const std::string&)> note = {};
};

/// Plays a game, which must outlive it; the loader is the trainer's own. One thread at a time uses a trainer: stop(),
/// too, is for hooks. Another thread may ask for the end through a flag that a hook looks at.
template <class T>
class BasicTrainer {
 public:
  /// Called between rounds by the thread that called run(). What a hook has captured must outlive the trainer's runs.
  /// It may read and change everything, save, and call stop(), but not run(), step() or every(); what it throws ends
  /// run(), which may be called again.
  using Hook = std::function<void(BasicTrainer&)>;
  /// Data that losses use besides the batches that they are given.
  struct Source {
    std::string name;
    data::Dataset data;
    data::Loader* loader = nullptr;  ///< or null, where losses use the data alone
    std::string checksum;
  };

  /// The loader's order is reseeded with options.seed. Throws ValueError unless epochs or rounds is positive.
  BasicTrainer(BasicGame<T>& game, data::Loader loader, TrainerOptions options);

  /// Says that losses use another loader, which they have captured: resuming compares its data and options by name, and
  /// puts its cursor back. It must outlive the trainer. Throws ValueError for a name that another source has.
  void also_uses(const std::string& name, data::Loader& loader) { add_source({name, loader.dataset(), &loader, {}}); }
  /// The same of a data set that losses use without a loader.
  void also_uses(const std::string& name, data::Dataset data) { add_source({name, std::move(data), nullptr, {}}); }
  /// Calls hook after every n-th round, in the order in which hooks were added. Throws ValueError unless n >= 1.
  void every(i64 n, Hook hook);
  /// Calls hook after every n-th epoch.
  void every_epoch(i64 n, Hook hook) { every(n * rounds_per_epoch(), std::move(hook)); }
  /// Plays until total_rounds(), or until a hook calls stop(). Throws NotFiniteError naming the first bad tensor when
  /// training produces NaN or infinity: losses are looked at in every round on the CPU and every 100 rounds elsewhere, all
  /// parameters and buffers every 100 rounds and before each checkpoint.
  void run();
  /// Plays one round.
  void step();
  /// Makes run() return after this round's hooks.
  void stop() { stopped_ = true; }
  /// Goes on from after this round, as if all before had been played: for whoever has put the game's state back.
  void resume_after(i64 round);
  /// Throws NotFiniteError when a metric, a parameter or a buffer is NaN or infinite.
  void check_finite();

  /// Rounds played so far, and when run() ends.
  i64 round() const { return round_; }
  i64 total_rounds() const { return total_; }
  i64 rounds_per_epoch() const;
  /// Real images that the players saw in one round.
  i64 images_per_round() const;
  const TrainerOptions& options() const { return options_; }
  const data::Loader& loader() const { return loader_; }
  /// data::Dataset::checksum of the data, taken once.
  const std::string& data_checksum();
  /// What also_uses has named, with checksums.
  const std::vector<Source>& sources();
  BasicGame<T>& game() { return game_; }
  /// What is recorded; null where the device does not record, and before the first round.
  const BasicTurnGraphs<T>* graphs() const { return graphs_.get(); }

  /// The last round's metrics by name: losses, D(x), D(G(z)). Reading them waits for the device.
  std::vector<std::pair<std::string, double>> metrics() const;

 private:
  void add_source(Source source);
  void note_who_learns_nothing();

  BasicGame<T>& game_;
  data::Loader loader_;
  TrainerOptions options_;
  i64 round_ = 0, total_ = 0;
  bool stopped_ = false;
  std::set<std::string> learn_nothing_;  ///< players that were told of
  std::string data_checksum_;
  std::vector<Source> sources_;
  std::unique_ptr<BasicTurnGraphs<T>> graphs_;
  BasicRound<T> last_;
  std::vector<std::pair<i64, Hook>> hooks_;
};
using Trainer = BasicTrainer<float>;

extern template class BasicTrainer<float>;
extern template class BasicTrainer<double>;

}  // namespace gan
