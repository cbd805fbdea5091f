// See rounds.hpp.
#include "benchmarks/rounds.hpp"

#include <algorithm>
#include <cstdio>

namespace gan::fixtures {
namespace {

/// A game that borrows `owner`'s networks, and what a Trainer keeps beside it.
struct Rounds {
  std::shared_ptr<void> owner;
  Game game;
  Var images;
  Place place;
  std::unique_ptr<TurnGraphs> graphs = {};
  Round last = {};  ///< its metrics alone
  u64 number = 0;

  /// As Trainer::step.
  void play() {
    Round round;
    round.number = number++;
    game.play(
        round,
        [this](int) {
          return Batch(Parts{{"x", graphs ? images : images.to(place.device)}});
        },
        1, graphs.get());
    last = Round();
    for (const auto& [name, value] : round.metrics()) last.metric(name, value);
  }
};

}  // namespace

Fixture rounds_of(std::shared_ptr<void> owner, Game game, Var images, i64 parameters, Place place) {
  auto rounds = std::shared_ptr<Rounds>(new Rounds{std::move(owner), std::move(game), std::move(images), place});
  if (place.graphs)
    if (auto capture = make_capture(place.device))
      rounds->graphs = std::make_unique<TurnGraphs>(std::move(capture), place.device, [](const std::string& note) {
        std::fprintf(stderr, "%s\n", note.c_str());
      });
  return {
      .step = [rounds] { rounds->play(); },
      .sample = {},
      .parameters = parameters,
      .loss =
          [rounds] {
            return static_cast<double>(rounds->last.metrics().at("loss_" + rounds->game.players.back().name).item());
          },
      .recorded = [rounds]() -> std::string {
        if (!rounds->graphs) return "no graphs";
        const auto& turns = rounds->graphs->turns();
        const auto recorded = std::count_if(turns.begin(), turns.end(), [](const auto& t) { return t.recorded; });
        for (const auto& t : turns)
          if (!t.not_recorded.empty()) throw DeviceError("the turn of " + t.name + " is not recorded: " + t.not_recorded);
        return std::to_string(recorded) + " of " + std::to_string(turns.size()) + " turns";
      }};
}

}  // namespace gan::fixtures
