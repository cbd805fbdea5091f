// One training step of ours, for `compare` to run in turns with the peers': the same networks, losses and optimizers.
//   step MODEL BATCH [--threads N]
// MODEL: see fixtures.hpp. Prints "made" as soon as the networks exist and, after three warm-up steps, "ready". Then
// for each line on standard input:
//   N            runs N steps, prints milliseconds per step
//   sample N     runs N forward passes of the generator, prints milliseconds per pass (0 where there is no latent
//   vector) rss          prints the peak resident memory in MB parameters   prints how many numbers all networks learn
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "benchmarks/fixtures.hpp"
#include "gan/core/parallel.hpp"

namespace {

int fail(const char* message) {
  std::fprintf(stderr, "step: %s; usage: step mlp|mnist|dcgan|wgangp|srgan|cyclegan BATCH [--threads N]\n", message);
  return 2;
}

double milliseconds(const std::function<void()>& run, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) run();
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / times;
}

void say(const char* line) {
  std::puts(line);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && !(argc == 5 && std::strcmp(argv[3], "--threads") == 0)) return fail("wrong arguments");
  const gan::i64 batch = std::atol(argv[2]);
  if (batch < 1) return fail("the batch must be at least 1");
  if (argc == 5) gan::set_threads(std::atoi(argv[4]));

  const gan::fixtures::Fixture fixture = gan::fixtures::make(argv[1], batch);
  if (!fixture.step) return fail("unknown model");
  say("made");
  for (int i = 0; i < 3; ++i) fixture.step();
  say("ready");

  char line[64];
  while (std::fgets(line, sizeof line, stdin)) {
    if (std::strncmp(line, "rss", 3) == 0) {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      std::printf("%.1f\n", static_cast<double>(usage.ru_maxrss) / 1024);
    } else if (std::strncmp(line, "parameters", 10) == 0) {
      std::printf("%ld\n", static_cast<long>(fixture.parameters));
    } else if (std::strncmp(line, "sample ", 7) == 0) {
      std::printf("%.6f\n", fixture.sample ? milliseconds(fixture.sample, std::max(1, std::atoi(line + 7))) : 0.0);
    } else {
      std::printf("%.6f\n", milliseconds(fixture.step, std::max(1, std::atoi(line))));
    }
    std::fflush(stdout);
  }
  return 0;
}
