// The layers of a DCGAN at 28 x 28 (models/dcgan.hpp), at the batch size that is the argument: forward alone, and
// forward with the gradients of input and parameters.
//   layers_benchmark --benchmark_filter=ConvTranspose2D
#include <benchmark/benchmark.h>

#include <gan/gan.hpp>

namespace gan {
namespace {

template <class Layer>
void forward(benchmark::State& state, Layer layer, Shape each) {
  const NoGrad constant;
  init(layer, 1);
  Rng rng{1};
  const Var x = randn<float>(each.prepend(state.range(0)), rng);
  Pass pass = Pass::training();
  for (auto _ : state) benchmark::DoNotOptimize(layer(x, pass).data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Layer>
void forward_backward(benchmark::State& state, Layer layer, Shape each) {
  init(layer, 1);
  Rng rng{1};
  const Var x = leaf(randn<float>(each.prepend(state.range(0)), rng));
  Tensors<float> wrt = params(layer).tensors;
  wrt.push_back(x);
  Pass pass = Pass::training();
  const Var seed = randn<float>(layer(x, pass).shape(), rng);
  for (auto _ : state) benchmark::DoNotOptimize(grad(layer(x, pass), seed, wrt).back().data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Layer>
void add(const std::string& name, const Layer& layer, Shape each) {
  const auto enroll = [&](const char* what, auto body) {
    benchmark::RegisterBenchmark((name + "/" + what).c_str(), body, layer, each)
        ->Arg(64)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  };
  enroll("forward", forward<Layer>);
  enroll("forward_backward", forward_backward<Layer>);
}

ConvOptions k4s2(i64 in, i64 out, FusedActivation activation = {}) {
  return {.in = in, .out = out, .kernel = 4, .stride = 2, .padding = 1, .activation = activation};
}

}  // namespace
}  // namespace gan

int main(int argc, char** argv) {
  using namespace gan;
  add("Dense/100>6272", Dense(100, 6272), {100});
  add("Dense/6272>1", Dense(6272, 1), {6272});
  add("Conv2D/1>64", Conv2D(k4s2(1, 64, LeakyReLU{0.2})), {28, 28, 1});
  add("Conv2D/64>128", Conv2D(k4s2(64, 128)), {14, 14, 64});
  add("ConvTranspose2D/128>64", ConvTranspose2D(k4s2(128, 64)), {7, 7, 128});
  add("ConvTranspose2D/64>1", ConvTranspose2D(k4s2(64, 1, Tanh{})), {14, 14, 64});
  add("BatchNorm/64", BatchNorm(64, {.activation = ReLU{}}), {14, 14, 64});
  add("BatchNorm/6272", BatchNorm(6272, {.activation = ReLU{}}), {6272});
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
