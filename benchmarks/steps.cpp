// Whole training steps: forward, backward and Adam of all players.
#include <benchmark/benchmark.h>

#include "benchmarks/fixtures.hpp"

namespace {

void run(benchmark::State& state, const char* model) {
  const auto batch = static_cast<gan::i64>(state.range(0));
  const auto fixture = gan::fixtures::make(model, batch);
  fixture.step();  // first rounds fill the memory cache
  for (auto _ : state) fixture.step();
  state.SetItemsProcessed(state.iterations() * batch);
}

#define GAN_STEP(name, model) BENCHMARK_CAPTURE(run, name, model)->Unit(benchmark::kMillisecond)->UseRealTime()
GAN_STEP(vanilla_dense, "mlp")->Arg(64)->Arg(256);
GAN_STEP(dcgan_28, "mnist")->Arg(64)->Arg(128);
GAN_STEP(dcgan_64, "dcgan")->Arg(16)->Arg(64);
GAN_STEP(wgan_gp_32, "wgangp")->Arg(64);
GAN_STEP(srgan_96, "srgan")->Arg(4);
GAN_STEP(cyclegan_64, "cyclegan")->Arg(1);

}  // namespace
