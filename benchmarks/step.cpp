// One training step of ours, for `compare` to run in turns with libtorch's: the same networks, losses and optimizers.
//   step MODEL BATCH [--threads N]
// MODEL: mlp (the vanilla dense pair) or mnist (DCGAN at 28 x 28). Warms up, prints "ready"; then for each line on
// standard input: a number N runs N steps and prints milliseconds per step; "rss" prints the peak resident memory in
// MB.
#include <sys/resource.h>
#include <gan/gan.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "gan/core/parallel.hpp"

using namespace gan;

namespace {

template <class Net, class MakeGame>
std::function<void()> steps_of(i64 batch, MakeGame make_game) {
  auto net = std::make_shared<Net>();
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
}

int fail(const char* message) {
  std::fprintf(stderr, "step: %s; usage: step mlp|mnist BATCH [--threads N]\n", message);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && !(argc == 5 && std::strcmp(argv[3], "--threads") == 0)) return fail("wrong arguments");
  const std::string model = argv[1];
  const i64 batch = std::atol(argv[2]);
  if (batch < 2) return fail("the batch must be at least 2");
  if (argc == 5) set_threads(std::atoi(argv[4]));

  std::function<void()> step;
  if (model == "mlp")
    step = steps_of<models::Vanilla>(batch, [](models::Vanilla& net) { return models::vanilla_game(net); });
  else if (model == "mnist")
    step = steps_of<models::Dcgan>(batch, [](models::Dcgan& net) { return models::dcgan_game(net); });
  else
    return fail("unknown model");

  for (int i = 0; i < 3; ++i) step();
  std::puts("ready");
  std::fflush(stdout);
  char line[64];
  while (std::fgets(line, sizeof line, stdin)) {
    if (std::strncmp(line, "rss", 3) == 0) {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      std::printf("%.1f\n", static_cast<double>(usage.ru_maxrss) / 1024);
    } else {
      const int n = std::max(1, std::atoi(line));
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < n; ++i) step();
      const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
      std::printf("%.6f\n", elapsed.count() / n);
    }
    std::fflush(stdout);
  }
  return 0;
}
