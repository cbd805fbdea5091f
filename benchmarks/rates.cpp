// The most that this machine can do: the best of several rounds, since other programs only slow it down.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "benchmarks/rates.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gan::benchmarks {
namespace {

constexpr int chains = 24;  // independent sums, enough to hide the latency of one multiply-add
volatile float sink;

// Each returns the operations of `rounds` rounds: two for a multiply-add.
#if defined(__x86_64__)
#define GAN_PEAK(name, isa, vector, lanes, set, fma, add)                                   \
  __attribute__((target(isa))) double name(long rounds) {                                   \
    vector sum[chains];                                                                     \
    for (int i = 0; i < chains; ++i) sum[i] = set(static_cast<float>(i));                   \
    const vector x = set(0.999f), y = set(0.001f);                                          \
    for (long r = 0; r < rounds; ++r)                                                       \
      _Pragma("GCC unroll 32") for (int i = 0; i < chains; ++i) sum[i] = fma(sum[i], x, y); \
    vector total = sum[0];                                                                  \
    for (int i = 1; i < chains; ++i) total = add(total, sum[i]);                            \
    float out[lanes];                                                                       \
    std::memcpy(out, &total, sizeof out);                                                   \
    sink = out[0];                                                                          \
    return 2.0 * lanes * chains * static_cast<double>(rounds);                              \
  }
GAN_PEAK(fma512, "avx512f", __m512, 16, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps)
GAN_PEAK(fma256, "avx2,fma", __m256, 8, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps)
#undef GAN_PEAK
#endif

double plain(long rounds) {
  float sum[chains] = {};
  for (long r = 0; r < rounds; ++r)
    for (int i = 0; i < chains; ++i) sum[i] = sum[i] * 0.999f + 0.001f;
  for (const float s : sum) sink = s;
  return 2.0 * chains * static_cast<double>(rounds);
}

double multiply_add(long rounds) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return fma512(rounds);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return fma256(rounds);
#endif
  return plain(rounds);
}

/// Work a second, all threads together.
double best_rate(int threads, int rounds, const std::function<double(int)>& work) {
  double best = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> done(static_cast<std::size_t>(threads));
    std::vector<std::thread> workers;
    const auto start = std::chrono::steady_clock::now();
    for (int t = 0; t < threads; ++t) workers.emplace_back([&, t] { done[static_cast<std::size_t>(t)] = work(t); });
    double total = 0;
    for (int t = 0; t < threads; ++t) {
      workers[static_cast<std::size_t>(t)].join();
      total += done[static_cast<std::size_t>(t)];
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::max(best, total / elapsed.count());
  }
  return best;
}

}  // namespace

double peak_flops(int threads, int rounds, double seconds) {
  const long count = static_cast<long>(seconds * 1.5e8);  // of some 24 cycles each
  return best_rate(threads, rounds, [count](int) { return multiply_add(count); });
}

double copy_bandwidth(int threads) {
  constexpr std::size_t bytes = std::size_t{128} << 20;
  std::vector<std::vector<char>> from(static_cast<std::size_t>(threads), std::vector<char>(bytes, 1)), to = from;
  return best_rate(threads, 8, [&](int t) {
    const auto i = static_cast<std::size_t>(t);
    std::memcpy(to[i].data(), from[i].data(), bytes);
    return 2.0 * static_cast<double>(bytes);
  });
}

}  // namespace gan::benchmarks
