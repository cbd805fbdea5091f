// Whole training steps: forward, backward and Adam of all players; and what augmentations add to one.
#include <benchmark/benchmark.h>

#include "benchmarks/fixtures.hpp"
#include "gan/grad/grad.hpp"
#include "gan/train/ada.hpp"
#include "gan/train/diff_augment.hpp"

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

// All that a round of dcgan_28 augments: real and fake images in D's turn, and fakes, with the gradient, in G's.
template <class Augment>
void augmented(benchmark::State& state, const Augment& augment) {
  gan::Rng rng;
  const gan::Var x = gan::rand<float>({state.range(0), 28, 28, 1}, rng, -1, 1), slope = gan::Var::ones(x.shape());
  gan::Pass pass = gan::Pass::training();
  for (auto _ : state) {
    for (int turn = 0; turn < 2; ++turn) augment(x, pass);
    const gan::Var fake = gan::leaf(x);
    gan::grad(augment(fake, pass), slope, {fake});
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
#define GAN_AUGMENTED(name, ...) \
  BENCHMARK_CAPTURE(augmented, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)->UseRealTime()
GAN_AUGMENTED(dcgan_28_diff_augment, gan::DiffAugment{})->Arg(64)->Arg(128);
GAN_AUGMENTED(dcgan_28_ada, gan::Ada{.p = 0.5})->Arg(64);

}  // namespace
