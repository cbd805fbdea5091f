// Whole training steps to be timed: networks, data and game of one model, ready to play round after round.
#pragma once

#include <gan/gan.hpp>

#include <functional>

namespace gan::fixtures {

/// A function that plays one round with a fixed batch of images (batch, 28, 28, 1). "mlp": the vanilla dense pair;
/// "mnist": DCGAN at 28 x 28. Empty for any other model.
inline std::function<void()> step(const std::string& model, i64 batch) {
  auto steps_of = [batch](auto net, auto make_game) -> std::function<void()> {
    init(*net, 1);
    auto game = std::make_shared<Game>(make_game(*net));
    Rng rng{1, 0, 0};
    const Var real = rand<float>(Shape{batch, 28, 28, 1}, rng, -1, 1);
    auto number = std::make_shared<u64>(0);
    return [net, game, real, number] {  // the game borrows the net
      Round round;
      round.number = (*number)++;
      game->play(
          round,
          [&](int) {
            return Batch{real, {}, {}};
          },
          1);
    };
  };
  if (model == "mlp")
    return steps_of(std::make_shared<models::Vanilla>(), [](auto& net) { return models::vanilla_game(net); });
  if (model == "mnist")
    return steps_of(std::make_shared<models::Dcgan>(), [](auto& net) { return models::dcgan_game(net); });
  return {};
}

}  // namespace gan::fixtures
