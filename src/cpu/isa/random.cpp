// See random.hpp; compiled once per instruction set with -ffp-contract=off.
#include "src/cpu/isa/random.hpp"

#include "src/cpu/isa/vector.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

constexpr i64 together = 32;  // quads at a time: compilers unroll shorter loops instead of vectorising them

/// Words or values of `together` quads, the four of a quad in four rows.
template <class V>
struct alignas(64) Quads {
  V row[4][together];
};

/// philox::block of the quads quad … quad + together - 1, whose rounds the compiler can do side by side.
inline void draw_words(u64 key, u64 quad, u64 draw, Quads<u32>& words) {
  auto& [c0, c1, c2, c3] = words.row;
  for (i64 l = 0; l < together; ++l) {
    const u64 low = quad + static_cast<u64>(l);
    c0[l] = static_cast<u32>(low);
    c1[l] = static_cast<u32>(low >> 32);
    c2[l] = static_cast<u32>(draw);
    c3[l] = static_cast<u32>(draw >> 32);
  }
  philox::Key round_key(key);
  for (int round = 0; round < philox::rounds; ++round, round_key.next())
    for (i64 l = 0; l < together; ++l) philox::mix(round_key, c0[l], c1[l], c2[l], c3[l]);
}

/// Writes value(words) of the quads [begin, end) of a draw to y, which has n elements. `value` turns the words of
/// `together` quads into as many values.
template <class T, class Value>
inline void for_quads(i64 begin, i64 end, i64 n, Rng rng, T* y, Value value) {
  const u64 key = philox::stream_key(rng);
  Quads<u32> words;
  Quads<T> values;
  for (i64 q = begin; q < end; q += together) {
    draw_words(key, static_cast<u64>(q), rng.draw, words);
    value(words, values);
    const i64 count = min(n - 4 * q, 4 * min(together, end - q));
    alignas(64) T joined[4 * together];
    T* to = count == 4 * together ? y + 4 * q : joined;
    for (i64 l = 0; l < together; ++l)
      for (i64 j = 0; j < 4; ++j) to[4 * l + j] = values.row[j][l];
    if (to == joined)
      for (i64 i = 0; i < count; ++i) y[4 * q + i] = joined[i];
  }
}

template <class T>
void uniform(i64 begin, i64 end, i64 n, Rng rng, T low, T high, T* y) {
  const T width = high - low;
  for_quads(begin, end, n, rng, y, [=](const Quads<u32>& words, Quads<T>& values) {
    for (i64 j = 0; j < 4; ++j)
      for (i64 l = 0; l < together; ++l) values.row[j][l] = low + width * T(philox::uniform(words.row[j][l]));
  });
}

template <class T>
void normal(i64 begin, i64 end, i64 n, Rng rng, T mean, T deviation, T* y) {
  for_quads(begin, end, n, rng, y, [=](const Quads<u32>& words, Quads<T>& values) {
    for (i64 j = 0; j < 4; j += 2)
      for (i64 l = 0; l < together; ++l) {
        float first, second;
        philox::normal_pair(words.row[j][l], words.row[j + 1][l], first, second);
        values.row[j][l] = mean + deviation * T(first);
        values.row[j + 1][l] = mean + deviation * T(second);
      }
  });
}

template <class T>
void dropout(i64 begin, i64 end, i64 n, Rng rng, T keep, T* y) {
  const T scale = T(1) / keep;
  for_quads(begin, end, n, rng, y, [=](const Quads<u32>& words, Quads<T>& values) {
    for (i64 j = 0; j < 4; ++j)
      for (i64 l = 0; l < together; ++l) values.row[j][l] = T(philox::uniform(words.row[j][l])) < keep ? scale : T(0);
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
