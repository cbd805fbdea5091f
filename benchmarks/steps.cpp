// Whole training steps: forward, backward and Adam of both players.
#include <benchmark/benchmark.h>

#include "benchmarks/fixtures.hpp"

namespace {

void run(benchmark::State& state, const char* model) {
  const auto batch = static_cast<gan::i64>(state.range(0));
  const auto step = gan::fixtures::step(model, batch);
  step();  // first rounds fill the memory cache
  for (auto _ : state) step();
  state.SetItemsProcessed(state.iterations() * batch);
}

BENCHMARK_CAPTURE(run, vanilla_dense, "mlp")->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(run, dcgan_28, "mnist")->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
