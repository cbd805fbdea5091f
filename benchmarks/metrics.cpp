// How long the metrics take at the sizes of the papers. Items are samples of the first set.
#include <benchmark/benchmark.h>

#include "gan/backbones/classifier.hpp"
#include "gan/backend/runtime.hpp"
#include "gan/metrics/frechet.hpp"
#include "gan/metrics/inception_score.hpp"
#include "gan/metrics/kernel.hpp"
#include "gan/metrics/nearest.hpp"
#include "gan/metrics/parzen.hpp"
#include "gan/metrics/precision_recall.hpp"
#include "gan/metrics/ssim.hpp"
#include "gan/metrics/swd.hpp"
#include "gan/ops/random.hpp"

namespace {

using namespace gan;

Var noise(Shape shape, u64 seed) {
  Rng rng{.seed = seed};
  return rand<float>(shape, rng);
}

/// metric(a, b) of two sets (N, D).
template <class F>
void run(benchmark::State& state, F metric) {
  const Var a = noise({state.range(0), state.range(1)}, 1), b = noise({state.range(0), state.range(1)}, 2);
  for (auto _ : state) benchmark::DoNotOptimize(metric(a, b));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void frechet(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) { return metrics::frechet_distance(a, b).distance; });
}
void kernel(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) { return metrics::kernel_distance(a, b).mean; });
}
void precision_recall(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) { return metrics::precision_recall(a, b).precision; });
}
void density_coverage(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) { return metrics::density_coverage(a, b).density; });
}
void inception_score(benchmark::State& state) {
  run(state, [](const Var& a, const Var&) { return metrics::inception_score_of_logits(a).mean; });
}
void nearest(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) { return metrics::nearest_neighbours(a, b).distance[0]; });
}
void closest_pairs(benchmark::State& state) {
  run(state, [](const Var& a, const Var&) { return metrics::closest_pairs(a)[0].distance; });
}
/// The whole protocol: all samples against 1,000 validation images under ten sigmas and as many test images as samples.
void parzen(benchmark::State& state) {
  run(state, [](const Var& a, const Var& b) {
    return metrics::parzen(a, b.view({std::min<i64>(1000, b.shape(0)), b.shape(1)}), b).mean;
  });
}
/// The whole way from images of MNIST's size to the distance: both sets through the classifier of that set.
void classifier_fid(benchmark::State& state) {
  backbones::Classifier net;
  init(net, 1);
  const Shape shape{state.range(0), 28, 28, 1};
  const Var a = noise(shape, 1), b = noise(shape, 2);
  reset_peak_memory();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        metrics::frechet_distance(backbones::classify(net, a).features, backbones::classify(net, b).features).distance);
  state.counters["peak_MB"] = static_cast<double>(memory_statistics().peak) / 1e6;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
#define GAN_BENCHMARK(name) BENCHMARK(name)->Unit(benchmark::kMillisecond)->UseRealTime()
GAN_BENCHMARK(classifier_fid)->Args({10000});
GAN_BENCHMARK(frechet)->Args({10000, 128})->Args({10000, 512})->Args({10000, 2048});
GAN_BENCHMARK(kernel)->Args({10000, 128})->Args({10000, 512});
GAN_BENCHMARK(precision_recall)->Args({10000, 128})->Args({10000, 512});
GAN_BENCHMARK(density_coverage)->Args({10000, 128});
GAN_BENCHMARK(inception_score)->Args({10000, 10});
GAN_BENCHMARK(nearest)->Args({10000, 784});
GAN_BENCHMARK(closest_pairs)->Args({10000, 784});
GAN_BENCHMARK(parzen)->Args({10000, 784});

/// metric(a, b) of two sets of colour images: N, side.
template <class F>
void run_images(benchmark::State& state, F metric) {
  const Shape shape{state.range(0), state.range(1), state.range(1), 3};
  const Var a = noise(shape, 1), b = noise(shape, 2);
  for (auto _ : state) benchmark::DoNotOptimize(metric(a, b));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void ssim(benchmark::State& state) {
  run_images(state, [](const Var& a, const Var& b) { return metrics::ssim(a, b).data()[0]; });
}
void ms_ssim(benchmark::State& state) {
  run_images(state, [](const Var& a, const Var& b) { return metrics::ms_ssim(a, b).data()[0]; });
}
void sliced_wasserstein(benchmark::State& state) {
  run_images(state, [](const Var& a, const Var& b) { return metrics::sliced_wasserstein_distance(a, b).mean; });
}
GAN_BENCHMARK(ssim)->Args({1, 512})->Args({100, 64});
GAN_BENCHMARK(ms_ssim)->Args({1, 512});
GAN_BENCHMARK(sliced_wasserstein)->Args({1000, 32});

}  // namespace
