// A game: players take turns. A player consists of parameters, a loss and an optimizer. Nothing in the game is specific
// to GANs.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <typeinfo>

#include "gan/data/batch.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {

using data::BasicBatch;
using data::Batch;

/// Training produced NaN or infinity; the message names the first bad tensor, or the loss.
struct NotFiniteError : Error {
  using Error::Error;
};

template <class T>
class BasicTurnGraphs;
template <class T>
struct BasicPlayer;

/// Random draws reserved for each turn of a player; each round reserves 256 turns.
constexpr u64 draws_of_turn = u64{1} << 16;

/// What the turns of one round share, until the round ends: tensors that one player computes and another reuses, and
/// metrics to report.
template <class T>
class BasicRound {
 public:
  RoundNumber number;       ///< counts rounds from 0
  int turn = 0, turns = 1;  ///< index of the current player's turn, and its number of turns in a round

  /// Keeps x with its history under a name until the round ends; returns x.
  Tensor<T> put(const std::string& name, Tensor<T> x) {
    put_.insert(name);
    made_from_[name] = batch_;
    return tensors_[name] = std::move(x);
  }
  bool has(const std::string& name) const { return tensors_.count(name) != 0; }
  /// The tensor of that name, with its history. Throws ValueError when no player has put it.
  const Tensor<T>& at(const std::string& name) const {
    const Tensor<T>& found = find(name);
    if (found.tracked()) followed_.insert(name);
    return found;
  }
  /// The same tensor without history.
  Tensor<T> detached(const std::string& name) const { return detach(find(name)); }
  /// The batch of the turn that put the tensor, hence the pairs and labels that belong to it. Throws ValueError when no
  /// player has put it.
  const BasicBatch<T>& batch_of(const std::string& name) const {
    const auto found = made_from_.find(name);
    if (found == made_from_.end()) throw ValueError("[Round] no player has put '" + name + "' yet");
    return found->second;
  }

  /// Reports a scalar, such as D(x). It stays on its device until it is read.
  void metric(const std::string& name, const Tensor<T>& value) {
    shown_.insert(name);
    metrics_[name] = detach(value);
  }
  const std::map<std::string, Tensor<T>>& metrics() const { return metrics_; }
  /// The value of a metric; waits for the device. Throws ValueError when there is none of that name.
  double metric(const std::string& name) const {
    const auto found = metrics_.find(name);
    if (found == metrics_.end()) throw ValueError("[Round] there is no metric '" + name + "' yet");
    return static_cast<double>(found->second.item());
  }
  /// The optimizer of a player of the game that is being played. Throws ValueError when there is no such player.
  const Optimizer<T>& optimizer_of(const std::string& player) const;

 private:
  template <class>
  friend struct BasicGame;
  friend class BasicTurnGraphs<T>;
  const Tensor<T>& find(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw ValueError("[Round] no player has put '" + name + "' yet");
    read_.insert(name);
    return found->second;
  }

  std::map<std::string, Tensor<T>> tensors_, metrics_;
  BasicBatch<T> batch_;  // of the current turn
  const std::vector<BasicPlayer<T>>* players_ = nullptr;
  std::map<std::string, BasicBatch<T>> made_from_;
  // Names that this turn has put, reported as metrics, read, and read with their history.
  std::set<std::string> put_, shown_;
  mutable std::set<std::string> read_, followed_;
};
using Round = BasicRound<float>;

template <class T>
struct BasicPlayer {
  /// A batch → the scalar to minimise. May read tensors from the round and put tensors into it.
  using Loss = std::function<Tensor<T>(const BasicBatch<T>&, BasicRound<T>&, Pass&)>;

  std::string name;
  Parameters<T> parameters;
  Loss loss;
  Optimizer<T> optimizer;
  Schedule turns = 1;  ///< in a round, as a function of its number; each turn has its own batch
  /// Parts of about equal size in which the batch is taken, their gradients averaged, before an update (gradient
  /// accumulation).
  int micro_batches = 1;
  /// Decides, once its loss is known, whether the player makes its update: from the round's metrics, such as loss_D.
  /// Empty: always. It waits for the device.
  std::function<bool(const BasicRound<T>&)> update_if = {};
  /// More to minimise, added to the loss: such as a regularisation of parameters.
  std::vector<Loss> terms = {};
  bool recordable = true;  ///< false: the loss depends on state known to the host alone (train/turn_graphs.hpp)

  BasicPlayer(std::string who, const Parameters<T>& owns, Loss minimises, Optimizer<T> updates_by, Schedule times = 1)
      : name(std::move(who)), loss(std::move(minimises)), optimizer(std::move(updates_by)), turns(std::move(times)) {
    parameters.append(owns);  // each once
  }
};
using Player = BasicPlayer<float>;

/// Players in the order of their turns. A game borrows its networks and everything else that it includes or that losses
/// capture: all of these must outlive the game and keep their addresses; between rounds they may be moved to another
/// device, all together. A game made from a moved system, `Game game(std::move(net))`, owns it instead. A copy of a
/// game plays with the same networks but has its own optimizers. Only one thread at a time may play a game, or change
/// or read its networks while it is played; games that share nothing may be played by several threads at once.
template <class T>
struct BasicGame {
 private:
  std::shared_ptr<void> owned_;  // outlives the losses
  const std::type_info* owned_type_ = nullptr;

 public:
  std::vector<BasicPlayer<T>> players;
  bool separate_batches = false;  ///< every turn of every player has its own batch; else see play()
  bool gradient_norms = false;    ///< play() reports the L2 norm of each player's last gradient as "gradient_<name>"

  /// Throws ValueError when two players have the same name.
  BasicGame(std::vector<BasicPlayer<T>> in_order);

  /// The game of a system that it owns from now on: `system.game()` of the moved system.
  template <class S>
  requires(!std::is_reference_v<S>) && requires(S& system) {
    { system.game() } -> std::same_as<BasicGame<T>>;
  }
  explicit BasicGame(S&& system) : BasicGame(owning(std::make_shared<S>(std::move(system)))) {}
  /// The system that the game owns. Throws ValueError when it owns none, or one of another type.
  template <class S>
  S& system() const {
    if (owned_ == nullptr || *owned_type_ != typeid(S)) throw ValueError("[Game] the game owns no such system");
    return *static_cast<S*>(owned_.get());
  }

  /// Makes a network, or anything else with parameters, buffers or counts, part of the game's state: checkpoints hold
  /// everything that its visit names, as "name.…", and its parameters and buffers are checked for NaN. Throws
  /// ValueError when another part has that name, or one of its parameters the name of one that is included.
  template <class M>
  BasicGame& include(const std::string& name, M& module) {
    Part part{name, [&module](BasicVisitor<T>& v) { module.visit(v); }};
    require_new(part);
    parts_.push_back(std::move(part));
    return *this;
  }
  /// Makes all parts of a system, under their own names, part of the game's state.
  template <class M>
  BasicGame& include(M& system) {
    return include("", system);
  }
  /// Removes a part; does nothing when none has that name.
  void exclude(const std::string& name) {
    std::erase_if(parts_, [&name](const Part& part) { return part.name == name; });
  }
  /// Visits all parameters, buffers and counts of the included parts.
  void visit(BasicVisitor<T>& v) {
    for (Part& part : parts_) v(part.name, part);
  }
  /// The player of that name. Throws ValueError when there is none.
  BasicPlayer<T>& operator[](const std::string& name) {
    for (auto& p : players)
      if (p.name == name) return p;
    throw ValueError("[Game] no player named '" + name + "'");
  }
  /// The number of batches in a round: the largest number of turns of any player or, with separate_batches, the total
  /// number of turns; at least 1. See play() for which turn gets which batch.
  int batches_in(u64 round) const;
  /// Whether all players have the same number of turns in every round.
  bool is_regular() const;
  /// Batches in a round, on average over the first 10,000 if the number varies.
  double batches_per_round() const;
  /// Plays one round: every player takes its turns. The turns of a player get consecutive batches, starting with the
  /// round's first; but a player with fewer turns than one before it gets the last of that player's batches, so that
  /// its last turn has the batch of the tensors that were put last. (For tensors put in other turns, see
  /// Round::batch_of.) Reports losses as metrics "loss_<name>". Random draws depend only on (seed, round number,
  /// player, turn). A player without a turn in this round is passed over. Throws NotFiniteError, before the player's
  /// parameters change, when its loss on the CPU is NaN or infinite; ShapeError or ValueError naming the player whose
  /// loss is not a scalar or has no history. With `graphs`, turns that can be recorded are recorded and repeated; the
  /// results are the same.
  void play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed,
            BasicTurnGraphs<T>* graphs = nullptr);
  /// The name of the first parameter or buffer that holds NaN or infinity, included parts before the players'
  /// parameters; empty when there is none.
  std::string first_not_finite();

 private:
  struct Part {
    std::string name;
    std::function<void(BasicVisitor<T>&)> walk;
    void visit(BasicVisitor<T>& v) { walk(v); }
  };
  /// Returns the position of the random numbers after the turn.
  Rng take_turn(BasicPlayer<T>& player, const BasicBatch<T>& batch, BasicRound<T>& round, Rng rng);
  /// Throws ValueError when a part has that name, or a parameter the name of one that is included.
  void require_new(Part& part);
  template <class S>
  static BasicGame owning(std::shared_ptr<S> system) {
    BasicGame game = system->game();
    game.owned_type_ = &typeid(S);
    game.owned_ = std::move(system);
    return game;
  }
  std::vector<Part> parts_;
};
using Game = BasicGame<float>;

extern template class BasicRound<float>;
extern template class BasicRound<double>;
extern template struct BasicGame<float>;
extern template struct BasicGame<double>;

}  // namespace gan
