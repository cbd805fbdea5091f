// A handful of ops, at the sizes of a DCGAN's layers at batch 64.
//   ops_benchmark --benchmark_filter=conv2d     (GAN_NUM_THREADS and GAN_ISA as everywhere)
#include <benchmark/benchmark.h>

#include <gan/gan.hpp>

namespace gan {
namespace {

Var normal(Shape shape, u64 draw) {
  Rng rng{1, 0, draw};
  return randn<float>(shape, rng);
}

/// Bytes of all arrays that an op reads or writes, once each.
void set_bytes(benchmark::State& state, i64 numbers) {
  state.SetBytesProcessed(state.iterations() * numbers * static_cast<i64>(sizeof(float)));
}
void set_flops(benchmark::State& state, i64 multiply_adds) {
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * static_cast<double>(multiply_adds), benchmark::Counter::kIsIterationInvariantRate);
}

void add(benchmark::State& state) {
  const NoGrad constant;
  const Var a = normal({state.range(0)}, 0), b = normal({state.range(0)}, 1);
  for (auto _ : state) benchmark::DoNotOptimize(gan::add(a, b).data());
  set_bytes(state, 3 * state.range(0));
}

void tanh(benchmark::State& state) {
  const NoGrad constant;
  const Var x = normal({state.range(0)}, 0);
  for (auto _ : state) benchmark::DoNotOptimize(gan::tanh(x).data());
  set_bytes(state, 2 * state.range(0));
}

void randn(benchmark::State& state) {
  Rng rng{1};
  for (auto _ : state) benchmark::DoNotOptimize(gan::randn<float>({state.range(0)}, rng).data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// Rows x channels, forward with LeakyReLU and the gradient of everything.
void batch_norm(benchmark::State& state) {
  const i64 rows = state.range(0), channels = state.range(1);
  const Var x = leaf(normal({rows, channels}, 0)), g = normal({rows, channels}, 1);
  const Var gamma = leaf(Var::ones({channels})), beta = leaf(Var::zeros({channels}));
  for (auto _ : state) {
    const Var y = gan::batch_norm(x, gamma, beta, 1e-5, LeakyReLU{0.2}).y;
    benchmark::DoNotOptimize(grad(y, g, {x, gamma, beta})[0].data());
  }
  set_bytes(state, 5 * x.size());  // x and y; g and y; the gradient of x
}

/// (m, k) times (k, n).
void matmul(benchmark::State& state) {
  const NoGrad constant;
  const i64 m = state.range(0), n = state.range(1), k = state.range(2);
  const Var a = normal({m, k}, 0), b = normal({k, n}, 1);
  for (auto _ : state) benchmark::DoNotOptimize(gan::matmul(a, b).data());
  set_flops(state, m * n * k);
}

/// 64 images, 4 x 4 filters, stride 2, padding 1.
/// Forward and backward of images (n, size, size, channels); 0 groups: one per channel, as instance normalisation has.
void group_norm(benchmark::State& state) {
  const i64 n = state.range(0), size = state.range(1), channels = state.range(2), groups = state.range(3);
  const Var x = leaf(normal({n, size, size, channels}, 0)), g = normal({n, size, size, channels}, 1);
  const Var gamma = leaf(Var::ones({channels})), beta = leaf(Var::zeros({channels}));
  for (auto _ : state) {
    const Var y = gan::group_norm(x, groups == 0 ? channels : groups, gamma, beta, 1e-5, ReLU{});
    benchmark::DoNotOptimize(grad(y, g, {x, gamma, beta})[0].data());
  }
  set_bytes(state, 5 * x.size());
}

void conv2d(benchmark::State& state) {
  const NoGrad constant;
  const i64 size = state.range(0), in = state.range(1), out = state.range(2);
  const Var x = normal({64, size, size, in}, 0), w = normal({out, 4, 4, in}, 1);
  for (auto _ : state) benchmark::DoNotOptimize(gan::conv2d(x, w, {.stride = 2, .padding = 1}).data());
  set_flops(state, 64 * (size / 2) * (size / 2) * out * 16 * in);
}

void adam(benchmark::State& state) {
  Parameters<float> parameters{{"w"}, {normal({state.range(0)}, 0)}};
  const Tensors<float> gradients{normal({state.range(0)}, 1)};
  Optimizer<float> optimizer(Adam{});
  for (auto _ : state) {
    optimizer.step(parameters, gradients);
    benchmark::ClobberMemory();
  }
  set_bytes(state, 7 * state.range(0));  // reads w, g, m, v; writes w, m, v
}

constexpr i64 activations = 64 * 14 * 14 * 64;
BENCHMARK(add)->Arg(4096)->Arg(activations)->UseRealTime();
BENCHMARK(tanh)->Arg(4096)->Arg(activations)->UseRealTime();
BENCHMARK(randn)->Arg(6400)->Arg(activations)->UseRealTime();
BENCHMARK(batch_norm)->Args({64 * 14 * 14, 64})->Args({64 * 7 * 7, 128})->UseRealTime();
BENCHMARK(matmul)->Args({64, 512, 784})->Args({512, 512, 512})->UseRealTime();
BENCHMARK(group_norm)
    ->ArgNames({"n", "size", "channels", "groups"})
    ->Args({1, 64, 64, 0})
    ->Args({16, 32, 128, 0})
    ->Args({16, 32, 128, 32})
    ->Args({16, 32, 128, 1})
    ->Args({256, 1, 512, 1})
    ->UseRealTime();
BENCHMARK(conv2d)->Args({28, 1, 64})->Args({14, 64, 128})->UseRealTime();
BENCHMARK(adam)->Arg(566273)->UseRealTime();

}  // namespace
}  // namespace gan
