// See train/turn_graphs.hpp.
#include "gan/train/turn_graphs.hpp"

#include <algorithm>
#include <bit>

namespace gan {

template <class T>
BasicTurnGraphs<T>::BasicTurnGraphs(std::unique_ptr<Capture> capture, Device device,
                                    std::function<void(const std::string&)> note)
    : capture_(std::move(capture)), device_(device), note_(std::move(note)) {}

// ---- rounds ---------------------------------------------------------------------------------------------------------

template <class T>
void BasicTurnGraphs<T>::begin(BasicGame<T>& game, std::vector<BasicBatch<T>>& batches) {
  game_ = &game;
  plain_ = false;
  if (round_ > warm_up && addresses(game) != addresses_) {  // values of another network, state of another optimizer
    if (note_) note_("parameters lie elsewhere now: turns are recorded anew");
    for (std::size_t n = 0; n < records_.size(); ++n) {
      records_[n] = {};
      turns_[n].recorded = false;
    }
    round_ = 0;
  }
  move_batches(batches);
}

template <class T>
void BasicTurnGraphs<T>::end() {
  if (plain_) return;
  if (round_ == warm_up - 1) refuse_sharers();
  if (round_ == warm_up) addresses_ = addresses(*game_);
  if (round_ <= warm_up) ++round_;
}

template <class T>
void BasicTurnGraphs<T>::move_batches(std::vector<BasicBatch<T>>& batches) {
  const auto same = [](const BasicParts<T>& a, const BasicParts<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
      return one.first == other.first && one.second.shape() == other.second.shape();
    });
  };
  const bool first = batches_.empty();
  if (first)
    for (const auto& batch : batches) {
      BasicParts<T> places;
      for (const auto& [name, value] : batch) places.set(name, value.to(device_).clone());
      batches_.emplace_back(std::move(places));
    }
  plain_ = batches.size() != batches_.size();
  for (std::size_t i = 0; i < batches.size() && !plain_; ++i)
    plain_ = !same(batches[i], batches_[i]);
  if (plain_) {
    if (note_ && !noted_batch_) note_("a round whose batches have other shapes than the first is not recorded");
    noted_batch_ = true;
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (plain_) {
      batches[i] = batches[i].to(device_);
      continue;
    }
    BasicBatch<T>& place = batches_[i];
    if (!first)
      for (const auto& [name, value] : batches[i]) Tensor<T>(place[name]).copy_from(value);
    place.indices = std::move(batches[i].indices);
    batches[i] = place;
  }
}

/// The addresses of everything that the turns read or change and that outlives a round.
template <class T>
std::vector<const void*> BasicTurnGraphs<T>::addresses(BasicGame<T>& game) const {
  std::vector<const void*> out;
  each_param(game, [&out](const std::string&, Param<T>& p) { out.push_back(p.data()); });
  for (auto& player : game.players) {
    for (const auto& p : player.parameters.tensors) out.push_back(p.data());
    player.optimizer.each_kept([&out](const char*, Tensors<T>& kept) {
      for (const auto& t : kept) out.push_back(t.data());
    });
  }
  return out;
}

// ---- turns ----------------------------------------------------------------------------------------------------------

template <class T>
void BasicTurnGraphs<T>::play(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng, const Play& turn) {
  if (n == turns_.size()) {
    turns_.push_back({.name = player.name, .not_recorded = {}});
    if (round.turns > 1) turns_.back().name += ", turn " + std::to_string(round.turn + 1);
    records_.emplace_back();
    if (!player.recordable) refuse(n, "its player asks for that");
  }
  const bool wanted = turns_[n].not_recorded.empty() && !plain_;
  if (plain_ || round_ == 0) {
    turn();
  } else if (round_ < warm_up) {  // turns not to be recorded, too: others may share their tensors
    Watched now = watch(player, round, rng, turn);
    if (wanted && round_ > 1) compare(now, records_[n].watched);
    records_[n].watched = std::move(now);
    if (wanted && !records_[n].watched.trace.obstacle.empty()) refuse(n, records_[n].watched.trace.obstacle);
  } else if (!wanted) {
    turn();
  } else if (turns_[n].recorded || (round_ == warm_up && record(n, player, round, rng, turn))) {
    repeat(n, player, round, rng);
  } else {
    turn();
  }
}

/// Describes in now.trace.obstacle what differs from the previous round in an unknown way.
template <class T>
void BasicTurnGraphs<T>::compare(Watched& now, const Watched& before) {
  std::string& obstacle = now.trace.obstacle;
  if (obstacle.empty() && now.trace.calls != before.trace.calls)
    obstacle = "it does not do the same from round to round";
  for (std::size_t i = 0; obstacle.empty() && i < now.sources.size(); ++i) {
    const Source &a = now.sources[i], &b = before.sources[i];
    if (a.kind == b.kind && a.offset == b.offset && a.value == b.value) continue;
    const bool update = a.kind == Source::Kind::update || b.kind == Source::Kind::update;
    const bool draw = std::holds_alternative<Rng>(a.value);
    obstacle = std::string(update ? "its update" : draw ? "a position in random numbers" : "a share of an average") +
               " varies, and nothing tells how";
  }
}

/// Plays a turn and traces what it does.
template <class T>
typename BasicTurnGraphs<T>::Watched BasicTurnGraphs<T>::watch(BasicPlayer<T>& player, BasicRound<T>& round, Rng rng,
                                                              const Play& turn) {
  const auto counts = [this] {
    std::vector<std::pair<std::string, u64>> out;
    each_count(*game_, [&out](const std::string& name, u64& count) { out.emplace_back(name, count); });
    each_number(*game_, [&out](const std::string& name, double& number) {
      out.emplace_back(name, std::bit_cast<u64>(number));
    });
    return out;
  };
  for (auto* names : {&round.put_, &round.shown_, &round.read_, &round.followed_}) names->clear();
  round.number.looked_ = false;
  const auto counted = counts();
  const std::optional<GraphArgument> update = player.optimizer.graph_argument();
  Watched seen;
  Rng end;
  {
    const TraceScope scope(seen.trace);
    end = turn();
  }
  // Find the values that are known to vary, and how.
  int updates = 0;
  std::set<u64> draws;
  for (const GraphArgument& value : seen.trace.values) {
    const Rng* const draw = std::get_if<Rng>(&value);
    // Also past the end: code that uses a copy of the pass, as penalties do, does not advance the turn's own RNG.
    if (draw && draw->seed == rng.seed && draw->stream == rng.stream && draw->draw >= rng.draw &&
        draw->draw - rng.draw < draws_of_turn) {
      seen.sources.push_back({Source::Kind::draw, Rng{}, draw->draw - rng.draw});
      if (draw->draw < end.draw) draws.insert(draw->draw);
    } else if (update && value == *update) {
      seen.sources.push_back({Source::Kind::update, Rng{}, 0});
      ++updates;
    } else {
      seen.sources.push_back({Source::Kind::constant, value, 0});
    }
  }
  const auto after = counts();
  std::string& why = seen.trace.obstacle;
  if (why.empty() && round.number.looked_) why = "it looks at the round's number";
  if (why.empty() && draws.size() != end.draw - rng.draw) why = "it uses random numbers on the host";
  if (why.empty() && !update) why = "its optimizer does not say what varies";
  if (why.empty() && updates != 1) why = "its update is not one call of its optimizer's kernel";
  for (std::size_t i = 0; why.empty() && i < counted.size(); ++i)
    if (after[i] != counted[i]) why = "it changes the number '" + counted[i].first + "'";
  seen.put = round.put_;
  seen.shown = round.shown_;
  seen.read = round.read_;
  seen.followed = round.followed_;
  return seen;
}

/// Records a turn. If that fails, nothing has been done, and it returns false.
template <class T>
bool BasicTurnGraphs<T>::record(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng,
                                const Play& turn) {
  const u64 updates = player.optimizer.updates();
  Record& made = records_[n];
  CallTrace trace;
  trace.strict = true;
  std::string why;
  try {
    capture_->begin();
    try {
      const TraceScope scope(trace);
      turn();
    } catch (...) {
      capture_->abandon();
      throw;
    }
    made.number = capture_->end();
    if (trace.calls != made.watched.trace.calls) why = "it does not do the same from round to round";
  } catch (const std::exception& e) { why = e.what(); }
  player.optimizer.set_updates(updates);
  if (!why.empty()) {
    refuse(n, why);
    refuse_sharers();
    return false;
  }
  for (const auto& name : made.watched.put) made.tensors[name] = detach(round.tensors_.at(name));
  for (const auto& name : made.watched.shown) made.metrics[name] = round.metrics_.at(name);
  turns_[n].recorded = true;
  static_cast<void>(rng);
  return true;
}

template <class T>
void BasicTurnGraphs<T>::repeat(std::size_t n, BasicPlayer<T>& player, BasicRound<T>& round, Rng rng) {
  const Record& record = records_[n];
  std::vector<GraphArgument> values;
  for (const Source& source : record.watched.sources) {
    switch (source.kind) {
      case Source::Kind::constant: values.push_back(source.value); break;
      case Source::Kind::draw: values.emplace_back(Rng{rng.seed, rng.stream, rng.draw + source.offset}); break;
      case Source::Kind::update: values.push_back(*player.optimizer.graph_argument()); break;
    }
  }
  capture_->replay(record.number, values);
  player.optimizer.set_updates(player.optimizer.updates() + 1);
  for (auto& p : player.parameters.tensors) p.mutable_data();  // they have changed: invalidate older histories
  if (round_ > warm_up) {  // else the host code has put them, some with their history
    for (const auto& [name, tensor] : record.tensors) {
      round.tensors_[name] = tensor;
      round.made_from_[name] = round.batch_;
    }
    for (const auto& [name, value] : record.metrics) round.metrics_[name] = value;
  }
  ++turns_[n].repeated;
}

// ---- what is not recorded -------------------------------------------------------------------------------------------

template <class T>
void BasicTurnGraphs<T>::refuse(std::size_t n, const std::string& why) {
  turns_[n].not_recorded = why;
  turns_[n].recorded = false;
  if (note_) note_("the turn of " + turns_[n].name + " is not recorded: " + why);
}

/// A turn that is not recorded puts different tensors in each round, so recorded turns must not read them. And the
/// history of a tensor from a recorded turn is valid for one round only, so other turns must not use it.
template <class T>
void BasicTurnGraphs<T>::refuse_sharers() {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < turns_.size(); ++i)
      for (std::size_t j = 0; j < turns_.size(); ++j) {
        const Watched &putter = records_[i].watched, &reader = records_[j].watched;
        const auto share = [&](const std::set<std::string>& names) -> const std::string* {
          for (const auto& name : putter.put)
            if (names.count(name)) return &name;
          return nullptr;
        };
        const bool i_is = turns_[i].not_recorded.empty(), j_is = turns_[j].not_recorded.empty();
        if (i == j || i_is == j_is) continue;
        const std::string* const shared = share(j_is ? reader.read : reader.followed);
        if (!shared) continue;
        refuse(j_is ? j : i, "it shares '" + *shared + "' with the turn of " + turns_[j_is ? i : j].name);
        again = true;
      }
  }
}

template class BasicTurnGraphs<float>;
template class BasicTurnGraphs<double>;

}  // namespace gan
