// A game: players take turns. A player is parameters, a loss and an optimizer; nothing else knows what a GAN is.
#pragma once

#include <map>
#include <set>

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

/// Positions in a player's random numbers: each turn has as many for itself, and each round 256 turns.
constexpr u64 draws_of_turn = u64{1} << 16;

/// The number of a round. A turn that looks at it decides by it, so that it is not recorded (train/turn_graphs.hpp).
class RoundNumber {
 public:
  RoundNumber(u64 number = 0) : number_(number) {}
  operator u64() const {
    looked_ = true;
    return number_;
  }

 private:
  template <class>
  friend struct BasicGame;
  template <class>
  friend class BasicTurnGraphs;
  u64 number_;
  mutable bool looked_ = false;
};

/// What passes between the turns of one round, and lasts as long: tensors that one player computed and another reuses,
/// and metrics to show.
template <class T>
class BasicRound {
 public:
  RoundNumber number;       ///< counts rounds from 0
  int turn = 0, turns = 1;  ///< which of the current player's turns this is, and of how many

  /// Keeps x with its history under a name until the round ends; returns x.
  Tensor<T> put(const std::string& name, Tensor<T> x) {
    put_.insert(name);
    made_from_[name] = batch_;
    return tensors_[name] = std::move(x);
  }
  bool has(const std::string& name) const { return tensors_.count(name) != 0; }
  /// Throws ValueError when no player has put it.
  const Tensor<T>& at(const std::string& name) const {
    const Tensor<T>& found = find(name);
    if (found.tracked()) followed_.insert(name);
    return found;
  }
  /// The values without history.
  Tensor<T> detached(const std::string& name) const { return detach(find(name)); }
  /// The batch of the turn that put it: whose pairs and labels belong to it. Throws ValueError when no player has put
  /// it.
  const BasicBatch<T>& batch_of(const std::string& name) const {
    const auto found = made_from_.find(name);
    if (found == made_from_.end()) throw ValueError("[Round] no player has put '" + name + "' yet");
    return found->second;
  }

  /// A scalar to show, such as D(x). Kept on its device until somebody reads it.
  void metric(const std::string& name, const Tensor<T>& value) {
    shown_.insert(name);
    metrics_[name] = detach(value);
  }
  const std::map<std::string, Tensor<T>>& metrics() const { return metrics_; }

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
  BasicBatch<T> batch_;  // the present turn's
  std::map<std::string, BasicBatch<T>> made_from_;
  // What this turn has done with them: put, shown as metrics, read, and read with their history.
  std::set<std::string> put_, shown_;
  mutable std::set<std::string> read_, followed_;
};
using Round = BasicRound<float>;

template <class T>
struct BasicPlayer {
  /// From a batch to the scalar to minimise. May use and leave things in the round.
  using Loss = std::function<Tensor<T>(const BasicBatch<T>&, BasicRound<T>&, Pass&)>;

  std::string name;
  Parameters<T> parameters;
  Loss loss;
  Optimizer<T> optimizer;
  int turns = 1;  ///< in every round, each with a batch of its own
  bool recordable = true;  ///< false: the loss decides by what only the host knows (train/turn_graphs.hpp)

  BasicPlayer(std::string who, const Parameters<T>& owns, Loss minimises, Optimizer<T> rule, int times = 1)
      : name(std::move(who)), loss(std::move(minimises)), optimizer(std::move(rule)), turns(times) {
    parameters.append(owns);  // each once
  }
};
using Player = BasicPlayer<float>;

/// Players in the order of their turns. A game borrows its networks, and all else that it includes or that losses have
/// captured: they must outlive it and stay where they are in memory; between rounds they may be moved to another
/// device, all of them. A copy of a game plays with the same networks, with optimizers of its own. One thread at a time
/// plays a game, or changes or reads its networks while it is played; games that share nothing may be played by several
/// threads at once.
template <class T>
struct BasicGame {
  std::vector<BasicPlayer<T>> players;
  bool separate_batches = false;  ///< every turn of every player has a batch of its own, else play() says which
  bool gradient_norms = false;    ///< play() leaves the L2 norm of each player's last gradient as "gradient_<name>"

  /// Throws ValueError for two players of one name.
  BasicGame(std::vector<BasicPlayer<T>> in_order);

  /// Makes a network, or whatever else has parameters, buffers or counts, part of the game's state: all that its visit
  /// names is what checkpoints hold as "name.…", and parameters and buffers are watched for NaN. Throws ValueError for
  /// a name that another part has.
  template <class M>
  BasicGame& include(const std::string& name, M& module) {
    for (const Part& part : parts_)
      if (part.name == name)
        throw ValueError("[Game] a part named '" + name + "' is included already; choose another name");
    parts_.push_back({name, [&module](BasicVisitor<T>& v) { module.visit(v); }});
    return *this;
  }
  /// Takes a part out again; nothing happens where none has that name.
  void exclude(const std::string& name) {
    std::erase_if(parts_, [&name](const Part& part) { return part.name == name; });
  }
  /// All parameters, buffers and counts of what was included.
  void visit(BasicVisitor<T>& v) {
    for (Part& part : parts_) v(part.name, part);
  }
  /// Throws ValueError when nobody has that name.
  BasicPlayer<T>& operator[](const std::string& name) {
    for (auto& p : players)
      if (p.name == name) return p;
    throw ValueError("[Game] no player named '" + name + "'");
  }
  /// Batches that a round uses: the most turns of any player, or with separate_batches all turns. play() says which
  /// turn gets which.
  int batches_per_round() const {
    int most = 1, all = 0;
    for (const auto& p : players) {
      most = p.turns > most ? p.turns : most;
      all += p.turns;
    }
    return separate_batches ? all : most;
  }
  /// Plays one round: every player takes its turns. The turns of a player get batches that follow each other, from the
  /// round's first; but a player with fewer turns than one before it gets the last of that one's, so that its last turn
  /// has the batch of what was put in the round last. (What was put in another turn has Round::batch_of.) Leaves losses
  /// as metrics "loss_<name>". Random draws depend only on (seed, round number, player, turn). Throws NotFiniteError,
  /// before the player's parameters change, when its loss on the CPU is NaN or infinite; ShapeError or ValueError
  /// naming the player whose loss is no scalar, or has no history. With `graphs`, turns that can be are recorded and
  /// repeated; the numbers are the same.
  void play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed,
            BasicTurnGraphs<T>* graphs = nullptr);
  /// The name of the first parameter or buffer, or else of the first player's parameter, that holds NaN or infinity;
  /// empty when there is none.
  std::string first_not_finite();

 private:
  struct Part {
    std::string name;
    std::function<void(BasicVisitor<T>&)> walk;
    void visit(BasicVisitor<T>& v) { walk(v); }
  };
  std::vector<Part> parts_;
};
using Game = BasicGame<float>;

extern template struct BasicGame<float>;
extern template struct BasicGame<double>;

}  // namespace gan
