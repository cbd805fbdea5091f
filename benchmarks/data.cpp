// How fast a loader turns bytes into batches: CIFAR-10's shape, batches of 128, with and without flips and a thread
// that computes two batches ahead. Nobody uses the batches here; a training step between them hides what is computed
// ahead.
//   data_benchmark     (GAN_NUM_THREADS as everywhere)
#include <benchmark/benchmark.h>

#include "gan/data/images.hpp"
#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

Images noise(i64 images) {
  const Shape shape{images, 32, 32, 3};
  std::vector<u8> pixels(static_cast<std::size_t>(shape.size()));
  for (u64 i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<u8>(i * 2654435761u >> 13);
  return Images(std::move(pixels), shape);
}

void batches(benchmark::State& state) {
  static const Images images = noise(50000);
  Loader loader(state.range(0) != 0 ? images.flipped() : images, {.batch_size = 128, .prefetch = state.range(1)});
  for (auto _ : state) benchmark::DoNotOptimize(loader.next()["x"].data());
  state.SetItemsProcessed(state.iterations() * loader.batch_size());
}
BENCHMARK(batches)->ArgNames({"flip", "prefetch"})->ArgsProduct({{0, 1}, {0, 2}})->UseRealTime();

}  // namespace
}  // namespace gan::data
