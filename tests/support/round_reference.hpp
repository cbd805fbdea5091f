// A round of a system that takes labels, at small widths and as the system plays it, against the same game in PyTorch
// (make_conditional.py): losses, and every gradient as what a step of gradient descent moves.
#pragma once

#include "gan/core/math_mode.hpp"
#include "gan/io/weights.hpp"
#include "gan/train/game.hpp"
#include "support/reference.hpp"

namespace reference {

using namespace gan;

/// The script's images and labels.
template <class T>
BasicBatch<T> labelled_batch(const Shape& image, int number) {
  const i64 n = 3, classes = 3;
  Array x{Shape{n, image[2], image[0], image[1]}, {}};
  for (i64 i = 0; i < x.size(); ++i) x.values.push_back(std::sin(0.1 * static_cast<double>(i) + number));
  Array labels{Shape{n}, {}};
  for (i64 i = 0; i < n; ++i) labels.values.push_back(static_cast<double>((2 * i + number) % classes));
  return BasicBatch<T>({{"x", tensor<T>(ours(x))}, {"labels", tensor<T>(labels)}});
}

constexpr double in_double = 1e-9, in_float = 1e-4;

/// Plays the round. Tolerances are relative to the larger of 1 and the tensor's largest value.
template <class Net>
void expect_round_as_pytorch(const std::string& name, Net net, double tolerance) {
  using T = scalar_of<Net>;
  const MathScope full(MathMode::fp32);  // a GPU's TF32 rounds factors to 10 bits
  constexpr u64 seed = 9;
  constexpr double rate = 0.125;
  static const File file("conditional.safetensors");
  each_param(net, [&name](const std::string& parameter, Param<T>& p) {
    p.set(io::detail::from_file<T>(file.contents(), name + ".start." + parameter, p));
  });
  to(net, device());
  BasicGame<T> game = net.game();
  for (BasicPlayer<T>& player : game.players) player.optimizer = Optimizer<T>(Sgd{.learning_rate = rate});
  BasicRound<T> round;
  game.play(
      round, [&](int turn) { return labelled_batch<T>(net.needs().x, turn); }, seed);
  Worst losses, gradients;
  for (const auto& [metric, key] : {std::pair{"loss_D", ".loss_d"}, std::pair{"loss_G", ".loss_g"}}) {
    const double expected = file[name + key].values.at(0);
    const double error = std::abs(round.metric(metric) - expected) / std::max(1.0, std::abs(expected));
    losses.see(error, metric);
    EXPECT_LE(error, allowed(tolerance)) << name << "'s " << metric;
  }
  std::vector<std::string> names;
  each_param(net, [&](const std::string& parameter, Param<T>& p) {
    const auto read = [&](const char* what) {
      return array(io::detail::from_file<T>(file.contents(), name + what + parameter, p));
    };
    names.push_back(name + ".moved." + parameter);
    Array expected = read(".start.");
    const Array moved = read(".moved.");
    for (std::size_t i = 0; i < expected.values.size(); ++i) expected.values[i] += moved.values[i];
    expect_close(p.tensor(), expected, tolerance, parameter, gradients, 1);
  });
  io::detail::require_no_others(file.contents(), name + ".moved.", names);
  losses.print((name + "'s losses").c_str());
  gradients.print((name + "'s gradients").c_str());
}

}  // namespace reference
