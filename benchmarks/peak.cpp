// peak [THREADS]: prints threads, GFLOP/s of fp32 fused multiply-adds, GB/s of copying.
// peak THREADS --serve: prints the first figure, measured in some 30 ms, for every line on standard input. Where
// virtual CPUs come to lie on one core it halves, while all programs seem to run undisturbed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "benchmarks/rates.hpp"

int main(int argc, char** argv) {
  const int threads =
      argc > 1 ? std::max(1, std::atoi(argv[1])) : static_cast<int>(std::thread::hardware_concurrency());
  if (argc > 2) {
    for (int c = std::getchar(); c != EOF; c = std::getchar()) {
      if (c != '\n') continue;
      std::printf("%.1f\n", gan::benchmarks::peak_flops(threads, 3, 0.01) * 1e-9);
      std::fflush(stdout);
    }
    return 0;
  }
  std::printf("%d %.1f %.1f\n", threads, gan::benchmarks::peak_flops(threads) * 1e-9,
              gan::benchmarks::copy_bandwidth(threads) * 1e-9);
}
