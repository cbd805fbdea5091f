// Turn graphs: whole turns of a game (loss, gradient, update) recorded once by the device and repeated from then on,
// without the host code that asked for them.
//
// The first round is played as ever: it makes what lasts, such as the optimizers' state. The next two are watched call
// by call. A turn that did the same calls in both, apart from values known to vary, is recorded in the fourth and
// repeated in all others. What varies is given anew each time: positions in the random numbers follow from the round's,
// what the update is given from the rule, its schedules and its count. So the numbers are those of playing on.
//
// A turn is not recorded, and the reason is told once, when it
//   * makes the host wait for a value (item(), to_vector()) or send one, other than the batch;
//   * looks at Round::number, or uses the pass's random numbers on the host;
//   * does other calls, or the same with other numbers, from one round to the next;
//   * moves a counter of the game, or updates by a rule that does not tell what varies (optim/optimizer_spec.hpp);
//   * shares a tensor with a turn that is not recorded.
// It cannot be seen that a loss will decide otherwise later, by a count of its own: such a player says so with
// BasicPlayer::recordable.
#pragma once

#include "gan/train/game.hpp"

namespace gan {

template <class T>
class BasicTurnGraphs {
 public:
  /// What is known of one turn.
  struct Turn {
    std::string name;         ///< "D", or "D, turn 2" of several
    std::string not_recorded;  ///< why; empty: it is, or will be after the warm-up
    bool recorded = false;
    u64 repeated = 0;  ///< how many times
  };
  /// Plays a turn and returns where its random numbers ended.
  using Play = std::function<Rng()>;

  static constexpr int warm_up = 3;  ///< rounds before the one that records

  /// `note` is told once of each turn that is not recorded: "turn of G is not recorded: …".
  BasicTurnGraphs(std::unique_ptr<Capture> capture, Device device, std::function<void(const std::string&)> note = {});

  Device device() const { return device_; }
  /// In the order of the turns; filled in the first round.
  const std::vector<Turn>& turns() const { return turns_; }

  // For Game::play.
  /// Begins a round: the batches move to places that last.
  void begin(BasicGame<T>& game, std::vector<BasicBatch<T>>& batches);
  /// Plays turn n of the round, or repeats it.
  void play(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng, const Play& turn);
  void end();

 private:
  /// Where one varying value of a turn comes from.
  struct Source {
    enum class Kind { constant, draw, update } kind;
    GraphArgument value;   ///< constant
    u64 offset = 0;  ///< draw: from the turn's first
  };
  struct Watched {
    CallTrace trace;
    std::vector<Source> sources;
    std::set<std::string> put, shown, read, followed;
  };
  struct Record {
    Watched watched;
    int number = -1;  ///< of the capture
    std::map<std::string, Tensor<T>> tensors, metrics;
  };

  void move_batches(std::vector<BasicBatch<T>>& batches);
  std::vector<const void*> addresses(BasicGame<T>& game) const;
  Watched watch(BasicPlayer<T>& player, BasicRound<T>& round, Rng rng, const Play& turn);
  static void compare(Watched& now, const Watched& before);
  bool record(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng, const Play& turn);
  void repeat(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng);
  void refuse(std::size_t n, const std::string& why);
  void refuse_sharers();

  std::unique_ptr<Capture> capture_;
  Device device_;
  std::function<void(const std::string&)> note_;
  BasicGame<T>* game_ = nullptr;
  std::vector<Turn> turns_;
  std::vector<Record> records_;
  std::vector<BasicBatch<T>> batches_;
  std::vector<const void*> addresses_;
  int round_ = 0;             ///< of the warm-up; stays at warm_up + 1 then
  bool plain_ = false;        ///< this round is played as ever
  bool noted_batch_ = false;  ///< that batches differ
};
using TurnGraphs = BasicTurnGraphs<float>;

extern template class BasicTurnGraphs<float>;
extern template class BasicTurnGraphs<double>;

}  // namespace gan
