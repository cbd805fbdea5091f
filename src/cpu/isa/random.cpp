// See random.hpp; compiled once per instruction set with -ffp-contract=off.
#include "src/cpu/isa/random.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

// Gives `put(i, four words)` the quads [begin, end) of a draw.
template <class Put>
inline __attribute__((always_inline)) void for_quads(i64 begin, i64 end, Rng rng, Put put) {
  const u64 key = philox::stream_key(rng);
  for (i64 q = begin; q < end; ++q) put(4 * q, philox::block(key, static_cast<u64>(q), rng.draw));
}

template <class T>
void uniform(i64 begin, i64 end, i64 n, Rng rng, T low, T high, T* y) {
  const T width = high - low;
  for_quads(begin, end, rng, [=](i64 i, philox::Block words) __attribute__((always_inline)) {
    for (i64 j = 0; j < 4 && i + j < n; ++j) y[i + j] = low + width * T(philox::uniform(words.v[j]));
  });
}

template <class T>
void normal(i64 begin, i64 end, i64 n, Rng rng, T mean, T deviation, T* y) {
  for_quads(begin, end, rng, [=](i64 i, philox::Block words) __attribute__((always_inline)) {
    float z[4];
    philox::normal_pair(words.v[0], words.v[1], z[0], z[1]);
    philox::normal_pair(words.v[2], words.v[3], z[2], z[3]);
    for (i64 j = 0; j < 4 && i + j < n; ++j) y[i + j] = mean + deviation * T(z[j]);
  });
}

template <class T>
void dropout(i64 begin, i64 end, i64 n, Rng rng, T keep, T* y) {
  const T scale = T(1) / keep;
  for_quads(begin, end, rng, [=](i64 i, philox::Block words) __attribute__((always_inline)) {
    for (i64 j = 0; j < 4 && i + j < n; ++j) y[i + j] = T(philox::uniform(words.v[j])) < keep ? scale : T(0);
  });
}

}  // namespace

void add_random(RowKernels<float>& table) {
  table.uniform = uniform<float>;
  table.normal = normal<float>;
  table.dropout = dropout<float>;
}
void add_random(RowKernels<double>& table) {
  table.uniform = uniform<double>;
  table.normal = normal<double>;
  table.dropout = dropout<double>;
}

}  // namespace gan::cpu::GAN_ISA
