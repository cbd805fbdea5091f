// See train/game.hpp.
#include "gan/train/game.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "gan/grad/grad.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/train/turn_graphs.hpp"
#include "src/train/not_finite.hpp"

namespace gan {

namespace {

/// The L2 norm of all gradients together, on their device.
template <class T>
Tensor<T> norm(const Tensors<T>& gradients) {
  const NoGrad constant;
  Tensor<T> squares;
  for (const Tensor<T>& g : gradients) {
    const Tensor<T> part = sum(square(g));
    squares = squares.defined() ? squares + part : part;
  }
  return squares.defined() ? sqrt(squares) : Tensor<T>::zeros(Shape{});
}

/// Throws naming the player whose loss cannot be minimised.
template <class T>
void require_loss(const Tensor<T>& loss, const std::string& player) {
  if (loss.defined() && loss.size() == 1 && loss.tracked()) return;
  const std::string which = "[Game] the loss of '" + player + "' ";
  if (!loss.defined()) throw ValueError(which + "is an undefined tensor; return a scalar, such as mean(…)");
  if (loss.size() != 1)
    throw ShapeError(which + "is no scalar: its shape is " + to_string(loss.shape()) + "; take its mean or its sum");
  throw ValueError(which + "has no history: nothing in it depends on a parameter; do not detach it, nor compute it " +
                   "under a NoGrad");
}
}  // namespace

template <class T>
BasicGame<T>::BasicGame(std::vector<BasicPlayer<T>> in_order) : players(std::move(in_order)) {
  std::set<std::string> names;
  for (const auto& player : players)
    if (!names.insert(player.name).second)
      throw ValueError("[Game] two players are named '" + player.name + "'; give each a name of its own");
}

template <class T>
void BasicGame<T>::require_new(Part& part) {
  for (const Part& other : parts_)
    if (other.name == part.name && !part.name.empty())
      throw ValueError("[Game] a part named '" + part.name + "' is included already; choose another name");
  std::set<std::string> names;
  each_param(*this, [&names](const std::string& name, Param<T>&) { names.insert(name); });
  BasicVisitor<T> visitor([&names](const std::string& name, Param<T>&) {
    if (names.count(name) != 0)
      throw ValueError("[Game] '" + name + "' is included already; adversarial(G, D, …) includes both networks");
  });
  visitor(part.name, part);
}

template <class T>
void BasicGame<T>::play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed,
                        BasicTurnGraphs<T>* graphs) {
  // The optimizer state lives as long as the game: allocated before the memory of a round, it leaves no gaps there.
  for (auto& player : players) player.optimizer.prepare(player.parameters);
  std::vector<BasicBatch<T>> batches;
  for (int t = 0; t < batches_per_round(); ++t) batches.push_back(batch(t));
  if (graphs) graphs->begin(*this, batches);
  const u64 number = round.number.number_;
  int turns_played = 0, most_turns = 0;  // of the previous players
  for (auto& player : players) {
    const int first_batch = separate_batches ? turns_played : std::max(0, most_turns - player.turns);
    most_turns = std::max(most_turns, player.turns);
    for (int t = 0; t < player.turns; ++t, ++turns_played) {
      round.turn = t;
      round.turns = player.turns;
      const u64 first_draw = (number * 256 + static_cast<u64>(t)) * draws_of_turn;
      const Rng rng{seed, name_stream(("player " + player.name).c_str()), first_draw};
      const BasicBatch<T>& own = batches[static_cast<std::size_t>(first_batch + t)];
      round.batch_ = own;
      const auto turn = [&] {
        Pass pass = Pass::training(rng);
        Tensor<T> loss = player.loss(own, round, pass);
        require_loss(loss, player.name);
        if (loss.device().is_cpu() && !std::isfinite(static_cast<double>(loss.item())))
          detail::throw_not_finite(first_not_finite(), "loss_" + player.name, static_cast<i64>(number));
        round.metric("loss_" + player.name, loss);
        const Tensors<T> gradients = grad(std::move(loss), player.parameters.tensors);
        if (gradient_norms) round.metric("gradient_" + player.name, norm(gradients));
        player.optimizer.step(player.parameters, gradients);
        return pass.rng;
      };
      if (graphs)
        graphs->play(static_cast<std::size_t>(turns_played), player, round, rng, turn);
      else
        turn();
    }
  }
  if (graphs) graphs->end();
}

template <class T>
std::string BasicGame<T>::first_not_finite() {
  std::string first;
  std::set<const void*> seen;  // most parameters of players are included, too
  const auto look = [&](const std::string& name, const Tensor<T>& x) {
    if (!first.empty() || !seen.insert(x.storage().get()).second) return;
    // Zero times anything finite is zero.
    NoGrad constant;
    if (sum(affine(x, 0, 0)).item() != T(0)) first = name;
  };
  each_param(*this, [&look](const std::string& name, Param<T>& p) { look(name, p.tensor()); });
  for (auto& player : players)
    for (std::size_t i = 0; i < player.parameters.tensors.size(); ++i)
      look(player.name + "'s " + player.parameters.names[i], player.parameters.tensors[i]);
  return first;
}

template struct BasicGame<float>;
template struct BasicGame<double>;

}  // namespace gan
