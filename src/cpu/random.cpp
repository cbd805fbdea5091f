// Random fills: flat loops over quads of elements, each of which shares one block of random words.
#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/isa/rows.hpp"

namespace gan::cpu {
namespace {
template <class Body>
void for_quads(i64 n, Body body) {
  parallel_for((n + 3) / 4, 1024, body);
}
}  // namespace

template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().uniform(begin, end, n, rng, low, high, y); });
}
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().normal(begin, end, n, rng, mean, deviation, y); });
}
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y) {
  for_quads(n, [&](i64 begin, i64 end) { row_kernels<T>().dropout(begin, end, n, rng, keep, y); });
}

GAN_KERNEL(fill_uniform)
GAN_KERNEL(fill_normal)
GAN_KERNEL(fill_dropout)

}  // namespace gan::cpu
