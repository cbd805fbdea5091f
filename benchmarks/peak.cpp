// peak [THREADS]: prints threads, GFLOP/s of fp32 fused multiply-adds, GB/s of copying.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "benchmarks/rates.hpp"

int main(int argc, char** argv) {
  const int threads =
      argc > 1 ? std::max(1, std::atoi(argv[1])) : static_cast<int>(std::thread::hardware_concurrency());
  std::printf("%d %.1f %.1f\n", threads, gan::benchmarks::peak_flops(threads) * 1e-9,
              gan::benchmarks::copy_bandwidth(threads) * 1e-9);
}
