// Turn graphs: whole turns of a game (loss, gradient, update), recorded once by the device and repeated from then on
// without the host code that issued them.
//
// The first round is played normally and creates everything that persists, such as the optimizers' state. The next two
// are traced call by call. A turn that makes the same calls in both, apart from values known to vary, is recorded in
// the fourth round and repeated in all later ones. The varying values are supplied anew each time: offsets of random
// draws follow from the round's, arguments of the update from the optimizer spec, its schedules and its update count.
// The results are therefore the same as without recording.
//
// A turn is not recorded, and the reason is reported once, when it
//   * makes the host wait for a value (item(), to_vector()) or send one, other than the batch;
//   * reads Round::number, or uses the pass's random numbers on the host;
//   * makes different calls, or the same calls with different values, from one round to the next;
//   * changes a count of the game, or has an optimizer spec that does not tell what varies (optim/optimizer_spec.hpp);
//   * shares a tensor with a turn that is not recorded.
// A loss that will take another branch later, depending on a count of its own, cannot be detected: such a player must
// set BasicPlayer::recordable to false.
#pragma once

#include "gan/train/game.hpp"

namespace gan {

template <class T>
class BasicTurnGraphs {
 public:
  /// The state of one turn.
  struct Turn {
    std::string name;         ///< "D", or "D, turn 2" of several
    std::string not_recorded;  ///< the reason; empty: it is recorded, or will be after the warm-up
    bool recorded = false;
    u64 repeated = 0;  ///< how many times
  };
  /// Plays a turn and returns the position of its RNG at the end.
  using Play = std::function<Rng()>;

  static constexpr int warm_up = 3;  ///< rounds before the one that is recorded

  /// `note` is called once for each turn that is not recorded: "the turn of G is not recorded: …".
  BasicTurnGraphs(std::unique_ptr<Capture> capture, Device device, std::function<void(const std::string&)> note = {});

  Device device() const { return device_; }
  /// All turns, in order; filled in the first round.
  const std::vector<Turn>& turns() const { return turns_; }

  // For Game::play.
  /// Begins a round: copies the batches to buffers that persist.
  void begin(BasicGame<T>& game, std::vector<BasicBatch<T>>& batches);
  /// Plays turn n of the round, or repeats it.
  void play(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng, const Play& turn);
  void end();

 private:
  /// Where one varying value of a turn comes from.
  struct Source {
    enum class Kind { constant, draw, update } kind;
    GraphArgument value;   ///< constant
    u64 offset = 0;  ///< draw: relative to the turn's first
  };
  struct Watched {
    CallTrace trace;
    std::vector<Source> sources;
    std::set<std::string> put, shown, read, followed;
  };
  struct Record {
    Watched watched;
    int number = -1;  ///< of the recording in the capture
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
  int round_ = 0;             ///< of the warm-up; stays at warm_up + 1 afterwards
  bool plain_ = false;        ///< this round is played without recording
  bool noted_batch_ = false;  ///< whether differing batches were reported
};
using TurnGraphs = BasicTurnGraphs<float>;

extern template class BasicTurnGraphs<float>;
extern template class BasicTurnGraphs<double>;

}  // namespace gan
