// One training step of ours, for `compare` to run in turns with libtorch's: the same networks, losses and optimizers.
//   step MODEL BATCH [--threads N]
// MODEL: mlp (the vanilla dense pair) or mnist (DCGAN at 28 x 28). Warms up, prints "ready"; then for each line on
// standard input: a number N runs N steps and prints milliseconds per step; "rss" prints the peak resident memory in
// MB.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "benchmarks/fixtures.hpp"
#include "gan/core/parallel.hpp"

using namespace gan;

namespace {

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

  const std::function<void()> step = fixtures::step(model, batch);
  if (!step) return fail("unknown model");

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
