// See train/game.hpp.
#include "gan/train/game.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "gan/grad/grad.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/ops/shape.hpp"
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

/// Turns in a round, from what a schedule says.
template <class T>
int turns_in(const BasicPlayer<T>& player, u64 round) {
  const double turns = player.turns(round);
  if (!(turns >= 0 && turns <= 255))  // each round reserves random numbers for 256
    throw ValueError("[Game] '" + player.name + "' cannot have " + std::to_string(turns) + " turns in round " +
                     std::to_string(round) + ": 0 to 255 are possible");
  return static_cast<int>(std::lround(turns));
}

/// Part i of n of a batch, whose rows they share out evenly.
template <class T>
BasicBatch<T> part_of(const BasicBatch<T>& batch, int i, int n) {
  const auto bound = [&](int k) { return batch.size() * k / n; };
  BasicBatch<T> part;
  for (const auto& [name, x] : batch) part.set(name, rows(x, bound(i), bound(i + 1)));
  if (!batch.indices.empty())
    part.indices.assign(batch.indices.begin() + bound(i), batch.indices.begin() + bound(i + 1));
  return part;
}

template <class T>
void add_to(Tensors<T>& sums, const Tensors<T>& parts) {
  const NoGrad constant;
  if (sums.empty()) {
    sums = parts;
    return;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) sums[i] = sums[i] + parts[i];
}

/// The loss on one batch, or part of one, with all its terms.
template <class T>
Tensor<T> whole_loss(const BasicPlayer<T>& player, const BasicBatch<T>& batch, BasicRound<T>& round, Pass& pass) {
  Tensor<T> loss = player.loss(batch, round, pass);
  require_loss(loss, player.name);
  for (const auto& term : player.terms) loss = loss + term(batch, round, pass);
  require_loss(loss, player.name);
  return loss;
}
}  // namespace

template <class T>
const Optimizer<T>& BasicRound<T>::optimizer_of(const std::string& player) const {
  if (players_ != nullptr)
    for (const auto& p : *players_)
      if (p.name == player) return p.optimizer;
  throw ValueError("[Round] no player named '" + player + "'");
}

template <class T>
int BasicGame<T>::batches_in(u64 round) const {
  int most = 1, all = 0;
  for (const auto& p : players) {
    const int turns = turns_in(p, round);
    most = std::max(most, turns);
    all += turns;
  }
  return separate_batches ? std::max(1, all) : most;
}

template <class T>
bool BasicGame<T>::is_regular() const {
  return std::all_of(players.begin(), players.end(), [](const auto& p) { return p.turns.is_constant(); });
}

template <class T>
double BasicGame<T>::batches_per_round() const {
  if (is_regular()) return batches_in(0);
  constexpr u64 looked_at = 10000;
  i64 all = 0;
  for (u64 round = 0; round < looked_at; ++round) all += batches_in(round);
  return static_cast<double>(all) / looked_at;
}

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
Rng BasicGame<T>::take_turn(BasicPlayer<T>& player, const BasicBatch<T>& batch, BasicRound<T>& round, Rng rng) {
  Pass pass = Pass::training(rng);
  pass.round = &round.number;
  player.optimizer.begin_turn(player.parameters);
  Tensor<T> mean_loss;
  Tensors<T> gradients;
  const int parts = player.micro_batches;
  if (parts < 1 || (parts > 1 && parts > batch.size()))
    throw ValueError("[Game] '" + player.name + "' cannot take a batch of " + std::to_string(batch.size()) + " in " +
                     std::to_string(parts) + " parts");
  for (int i = 0; i < parts; ++i) {
    if (parts > 1) round.batch_ = part_of(batch, i, parts);
    const BasicBatch<T>& own = parts > 1 ? round.batch_ : batch;
    Tensor<T> loss = whole_loss(player, own, round, pass);
    if (loss.device().is_cpu() && !std::isfinite(static_cast<double>(loss.item())))
      detail::throw_not_finite(first_not_finite(), "loss_" + player.name, static_cast<i64>(round.number.number_));
    if (parts > 1) loss = (static_cast<double>(own.size()) / static_cast<double>(batch.size())) * loss;
    mean_loss = mean_loss.defined() ? mean_loss + detach(loss) : detach(loss);
    add_to(gradients, grad(std::move(loss), player.parameters.tensors));
  }
  round.metric("loss_" + player.name, mean_loss);
  if (gradient_norms) round.metric("gradient_" + player.name, norm(gradients));
  if (!player.update_if || player.update_if(round)) player.optimizer.step(player.parameters, gradients);
  return pass.rng;
}

template <class T>
void BasicGame<T>::play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed,
                        BasicTurnGraphs<T>* graphs) {
  // The optimizer state lives as long as the game: allocated before the memory of a round, it leaves no gaps there.
  for (auto& player : players) player.optimizer.prepare(player.parameters);
  const u64 number = round.number.number_;
  round.players_ = &players;
  std::vector<BasicBatch<T>> batches;
  for (int t = 0, all = batches_in(number); t < all; ++t) batches.push_back(batch(t));
  if (graphs) graphs->begin(*this, batches);
  int turns_played = 0, most_turns = 0;  // of the previous players
  for (auto& player : players) {
    const int turns = turns_in(player, number);
    const int first_batch = separate_batches ? turns_played : std::max(0, most_turns - turns);
    most_turns = std::max(most_turns, turns);
    for (int t = 0; t < turns; ++t, ++turns_played) {
      round.turn = t;
      round.turns = turns;
      const u64 first_draw = (number * 256 + static_cast<u64>(t)) * draws_of_turn;
      const Rng rng{seed, name_stream(("player " + player.name).c_str()), first_draw};
      const BasicBatch<T>& own = batches[static_cast<std::size_t>(first_batch + t)];
      round.batch_ = own;
      const auto turn = [&] { return take_turn(player, own, round, rng); };
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

template class BasicRound<float>;
template class BasicRound<double>;
template struct BasicGame<float>;
template struct BasicGame<double>;

}  // namespace gan
