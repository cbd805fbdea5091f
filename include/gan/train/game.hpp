// A game: players take turns. A player is parameters, a loss and an optimizer; nothing else knows what a GAN is.
#pragma once

#include <map>

#include "gan/data/batch.hpp"
#include "gan/optim/adam.hpp"
#include "gan/optim/sgd.hpp"

namespace gan {

using data::BasicBatch;
using data::Batch;

/// What passes between the turns of one round: tensors that one player computed and another reuses, and figures to show.
template <class T>
class BasicRound {
 public:
  u64 number = 0;           ///< counts rounds from 0
  int turn = 0, turns = 1;  ///< which of the current player's turns this is, and of how many

  /// Keeps x with its history under a name until the round ends; returns x.
  Tensor<T> put(const std::string& name, Tensor<T> x) { return tensors_[name] = std::move(x); }
  bool has(const std::string& name) const { return tensors_.count(name) != 0; }
  /// Throws ValueError when no player has put it.
  const Tensor<T>& at(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw ValueError("[Round] no player has put '" + name + "' yet");
    return found->second;
  }
  /// The values without history.
  Tensor<T> detached(const std::string& name) const { return detach(at(name)); }

  /// A scalar to show, such as D(x). Kept on its device until somebody reads it.
  void figure(const std::string& name, const Tensor<T>& value) { figures_[name] = detach(value); }
  const std::map<std::string, Tensor<T>>& figures() const { return figures_; }

 private:
  std::map<std::string, Tensor<T>> tensors_, figures_;
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

  BasicPlayer(std::string who, Parameters<T> owns, Loss minimises, Optimizer<T> rule, int times = 1)
      : name(std::move(who)),
        parameters(std::move(owns)),
        loss(std::move(minimises)),
        optimizer(std::move(rule)),
        turns(times) {}
};
using Player = BasicPlayer<float>;

/// Players in the order of their turns. A game borrows its networks: they must outlive it and stay where they are.
template <class T>
struct BasicGame {
  std::vector<BasicPlayer<T>> players;

  BasicGame(std::vector<BasicPlayer<T>> in_order) : players(std::move(in_order)) {}
  /// Throws ValueError when nobody has that name.
  BasicPlayer<T>& operator[](const std::string& name) {
    for (auto& p : players)
      if (p.name == name) return p;
    throw ValueError("[Game] no player named '" + name + "'");
  }
  /// Batches that a round uses: the most turns of any player.
  int batches_per_round() const {
    int most = 1;
    for (const auto& p : players) most = p.turns > most ? p.turns : most;
    return most;
  }
  /// Plays one round: every player takes its turns; turn t gets batch(t). Leaves losses as figures "loss_<name>".
  /// Random draws depend only on (seed, round number, player, turn).
  void play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed);
};
using Game = BasicGame<float>;

extern template struct BasicGame<float>;
extern template struct BasicGame<double>;

}  // namespace gan
