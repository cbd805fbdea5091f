// Games and trainers.
#include <cmath>
#include <set>

#include "gan/grad/grad.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/train/trainer.hpp"

namespace gan {

namespace {
/// `tensor` is the first bad one, or empty: then the loss itself is.
[[noreturn]] void throw_not_finite(const std::string& tensor, const std::string& figure, i64 round) {
  throw NotFiniteError("[Trainer] " + (tensor.empty() ? figure : "'" + tensor + "'") + " is not finite after round " +
                       std::to_string(round) +
                       "; lower the learning rate, or begin anew with another seed");
}

/// The L2 norm of all of them together, left on their device.
template <class T>
Tensor<T> norm(const Tensors<T>& gradients) {
  const NoRecord constant;
  Tensor<T> squares;
  for (const Tensor<T>& g : gradients) {
    const Tensor<T> part = sum(square(g));
    squares = squares.defined() ? squares + part : part;
  }
  return squares.defined() ? sqrt(squares) : Tensor<T>::zeros(Shape{});
}
}  // namespace

template <class T>
void BasicGame<T>::play(BasicRound<T>& round, const std::function<BasicBatch<T>(int)>& batch, u64 seed,
                        BasicTurnGraphs<T>* graphs) {
  // What optimizers keep lives as long as the game: before a round's memory, so that it leaves no gaps there.
  for (auto& player : players) player.optimizer.prepare(player.parameters);
  std::vector<BasicBatch<T>> batches;
  for (int t = 0; t < batches_per_round(); ++t) batches.push_back(batch(t));
  if (graphs) graphs->begin(*this, batches);
  const u64 number = round.number.number_;
  int turns_played = 0;
  for (auto& player : players) {
    for (int t = 0; t < player.turns; ++t, ++turns_played) {
      round.turn = t;
      round.turns = player.turns;
      const u64 first_draw = (number * 256 + static_cast<u64>(t)) * draws_of_turn;
      const Rng rng{seed, name_stream(("player " + player.name).c_str()), first_draw};
      const auto which = static_cast<std::size_t>(separate_batches ? turns_played : t);
      const auto turn = [&] {
        Pass pass = Pass::training(rng);
        Tensor<T> loss = player.loss(batches[which], round, pass);
        if (loss.device().is_cpu() && !std::isfinite(static_cast<double>(loss.item())))
          throw_not_finite(first_not_finite(), "loss_" + player.name, static_cast<i64>(number));
        round.figure("loss_" + player.name, loss);
        const Tensors<T> gradients = grad(std::move(loss), player.parameters.tensors);
        if (gradient_norms) round.figure("gradient_" + player.name, norm(gradients));
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
  std::set<const void*> seen;  // what players update is mostly included, too
  const auto look = [&](const std::string& name, const Tensor<T>& x) {
    if (!first.empty() || !seen.insert(x.storage().get()).second) return;
    // Zero times anything finite is zero.
    NoRecord constant;
    if (sum(affine(x, 0, 0)).item() != T(0)) first = name;
  };
  each_param(*this, [&look](const std::string& name, Param<T>& p) { look(name, p); });
  for (auto& player : players)
    for (std::size_t i = 0; i < player.parameters.tensors.size(); ++i)
      look(player.name + "'s " + player.parameters.names[i], player.parameters.tensors[i]);
  return first;
}

template struct BasicGame<float>;
template struct BasicGame<double>;

template <class T>
BasicTrainer<T>::BasicTrainer(BasicGame<T>& game, data::Loader loader, TrainerOptions options)
    : game_(game), loader_(std::move(loader)), options_(options) {
  if (options.rounds < 0 || (options.rounds == 0 && options.epochs < 1))
    throw ValueError("[Trainer] at least one epoch or round is needed");
  loader_.set_seed(options.seed);
  total_ = options.rounds > 0 ? options.rounds : options.epochs * rounds_per_epoch();
}

template <class T>
i64 BasicTrainer<T>::rounds_per_epoch() const {
  return std::max<i64>(1, loader_.batches_per_epoch() / game_.batches_per_round());
}

template <class T>
const std::string& BasicTrainer<T>::data_checksum() {
  if (data_checksum_.empty()) data_checksum_ = loader_.dataset().checksum();
  return data_checksum_;
}

template <class T>
i64 BasicTrainer<T>::images_per_round() const {
  return loader_.batch_size() * game_.batches_per_round();
}

template <class T>
void BasicTrainer<T>::every(i64 n, Hook hook) {
  if (n < 1) throw ValueError("[Trainer] hooks run every 1 or more rounds, not " + std::to_string(n));
  hooks_.emplace_back(n, std::move(hook));
}

template <class T>
void BasicTrainer<T>::step() {
  BasicRound<T> round;
  round.number = static_cast<u64>(round_);
  const u64 first = static_cast<u64>(round_) * static_cast<u64>(game_.batches_per_round());
  const Device device = game_.players.empty() || game_.players[0].parameters.tensors.empty()
                            ? Device::cpu()
                            : game_.players[0].parameters.tensors[0].device();
  if (options_.graphs && graphs_ == nullptr)
    if (auto capture = make_capture(device))
      graphs_ = std::make_unique<BasicTurnGraphs<T>>(std::move(capture), device, options_.note);
  const auto batch = [&](int t) {
    BasicBatch<T> next = loader_.template batch_at<T>(first + static_cast<u64>(t));
    return graphs_ ? next : next.to(device);  // graphs have places of their own for them
  };
  game_.play(round, batch, options_.seed, graphs_.get());
  last_ = BasicRound<T>();  // tensors of the round are released; its figures stay
  for (const auto& [name, value] : round.figures()) last_.figure(name, value);
  ++round_;
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
  last_ = BasicRound<T>();
}

template <class T>
std::vector<std::pair<std::string, double>> BasicTrainer<T>::figures() const {
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [name, value] : last_.figures()) out.emplace_back(name, static_cast<double>(value.item()));
  return out;
}

template <class T>
void BasicTrainer<T>::check_finite() {
  if (const std::string tensor = game_.first_not_finite(); !tensor.empty()) throw_not_finite(tensor, "", round_);
  for (const auto& [name, value] : figures())
    if (!std::isfinite(value)) throw_not_finite("", name, round_);
}

template class BasicTrainer<float>;
template class BasicTrainer<double>;

}  // namespace gan
