// Random fills with the same bits as src/cpu/isa/random.cpp. Compiled with -fmad=false, so that a product and a sum are
// rounded separately, as there.
#include "cuda/capture.hpp"
#include "gan/backend/cuda.cuh"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// A fill's position in the random numbers, computed once on the host.
struct Draw {
  u64 key, index;
};
Draw draw_of(const Rng& rng) { return {philox::stream_key(rng), rng.draw}; }

template <class T>
__global__ void uniform(i64 n, Given<Draw> from, T low, T width, T* y) {
  const Draw draw = from.get();
  GAN_CUDA_FOR(quad, (n + 3) / 4) {
    const philox::Block words = philox::block(draw.key, static_cast<u64>(quad), draw.index);
    for (i64 j = 0; j < 4 && 4 * quad + j < n; ++j) y[4 * quad + j] = low + width * T(philox::uniform(words.v[j]));
  }
}

template <class T>
__global__ void normal(i64 n, Given<Draw> from, T mean, T deviation, T* y) {
  const Draw draw = from.get();
  GAN_CUDA_FOR(quad, (n + 3) / 4) {
    const philox::Block words = philox::block(draw.key, static_cast<u64>(quad), draw.index);
    float z[4];
    philox::normal_pair(words.v[0], words.v[1], z[0], z[1]);
    philox::normal_pair(words.v[2], words.v[3], z[2], z[3]);
    for (i64 j = 0; j < 4 && 4 * quad + j < n; ++j) y[4 * quad + j] = mean + deviation * T(z[j]);
  }
}

template <class T>
__global__ void dropout(i64 n, Given<Draw> from, T keep, T scale, T* y) {
  const Draw draw = from.get();
  GAN_CUDA_FOR(quad, (n + 3) / 4) {
    const philox::Block words = philox::block(draw.key, static_cast<u64>(quad), draw.index);
    for (i64 j = 0; j < 4 && 4 * quad + j < n; ++j)
      y[4 * quad + j] = T(philox::uniform(words.v[j])) < keep ? scale : T(0);
  }
}

}  // namespace

template <class T>
void fill_uniform(i64 n, Rng rng, T low, T high, T* y) {
  launch("rand", (n + 3) / 4, uniform<T>, n, given<draw_of>(rng), low, high - low, y);
}
template <class T>
void fill_normal(i64 n, Rng rng, T mean, T deviation, T* y) {
  launch("randn", (n + 3) / 4, normal<T>, n, given<draw_of>(rng), mean, deviation, y);
}
template <class T>
void fill_dropout(i64 n, Rng rng, T keep, T* y) {
  launch("dropout", (n + 3) / 4, dropout<T>, n, given<draw_of>(rng), keep, T(1) / keep, y);
}

GAN_KERNEL(fill_uniform)
GAN_KERNEL(fill_normal)
GAN_KERNEL(fill_dropout)

}  // namespace gan::cuda
