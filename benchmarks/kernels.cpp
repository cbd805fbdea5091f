// Matrix products and convolutions: every implementation on the shapes of the systems that the library ships.
//   kernels_benchmark --benchmark_filter=conv/direct     (GAN_NUM_THREADS and GAN_ISA as everywhere)
#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

std::vector<float> values(i64 n) {
  std::vector<float> v(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(i % 17) * 0.01f - 0.08f;
  return v;
}

template <class F>
void time(benchmark::State& state, double operations, F&& product) {
  for (auto _ : state) {
    product();
    benchmark::ClobberMemory();
  }
  state.counters["FLOP/s"] = benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

void register_benchmark(const std::string& name, const std::function<void(benchmark::State&)>& body) {
  benchmark::RegisterBenchmark(name.c_str(), body)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

void register_gemm(const GemmShape& s) {
  const std::string shape = std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k) + ":" +
                            (s.transpose_a ? "T" : "N") + (s.transpose_b ? "T" : "N");
  for (const auto& i : gemm_implementations<float>()) {
    if (std::string(i.name) == "reference") continue;
    register_benchmark("gemm/" + std::string(i.name) + "/" + shape, [s, i](benchmark::State& state) {
      const auto a = values(s.m * s.k), b = values(s.k * s.n);
      auto c = values(s.m * s.n);
      time(state, 2.0 * static_cast<double>(s.m * s.n * s.k), [&] { i.gemm(s, a.data(), b.data(), c.data(), {}); });
    });
  }
}

void register_conv(const std::string& shape, const ConvShape& s) {
  for (const auto& i : conv_implementations<float>()) {
    if (!i.supports(s) || std::string(i.name) == "reference") continue;
    const std::string suffix = "/" + std::string(i.name) + "/" + shape;
    const double operations = 2.0 * static_cast<double>(s.n * s.oh * s.ow * s.o * s.kh * s.kw * s.c);
    const auto add = [&](const char* operation, auto run) {
      register_benchmark(operation + suffix, [s, operations, run](benchmark::State& state) {
        auto x = values(s.n * s.h * s.w * s.c), y = values(s.n * s.oh * s.ow * s.o);
        auto w = values(s.o * s.kh * s.kw * s.c);
        time(state, operations, [&] { run(s, x.data(), y.data(), w.data()); });
      });
    };
    if (i.conv) add("conv", [i](const ConvShape& q, float* x, float* y, float* w) { i.conv(q, x, w, y, {}); });
    if (i.conv_input)
      add("conv_input", [i](const ConvShape& q, float* x, float* y, float* w) { i.conv_input(q, y, w, x, {}); });
    if (i.conv_weight)
      add("conv_weight", [i](const ConvShape& q, float* x, float* y, float* w) { i.conv_weight(q, y, x, w); });
  }
}

/// A square convolution with n images of c channels, `size` pixels wide.
ConvShape square(i64 n, i64 c, i64 o, i64 size, i64 kernel, i64 stride, i64 pad) {
  ConvShape s;
  s.n = n, s.h = s.w = size, s.c = c, s.o = o, s.kh = s.kw = kernel;
  s.stride_h = s.stride_w = stride;
  s.pad_top = s.pad_left = pad;
  s.oh = s.ow = (size + 2 * pad - kernel) / stride + 1;
  return s;
}

void register_all() {
  // Batch 64 through the layers of a DCGAN for MNIST and for CIFAR.
  register_conv("1>64,28", square(64, 1, 64, 28, 4, 2, 1));
  register_conv("64>128,14", square(64, 64, 128, 14, 4, 2, 1));
  register_conv("3>64,32", square(64, 3, 64, 32, 4, 2, 1));
  register_conv("64>128,16", square(64, 64, 128, 16, 4, 2, 1));
  register_conv("128>256,8", square(64, 128, 256, 8, 4, 2, 1));
  register_conv("64>128,32", square(64, 64, 128, 32, 4, 2, 1));
  register_conv("256>512,8", square(64, 256, 512, 8, 4, 2, 1));
  register_conv("512>100,4", square(64, 512, 100, 4, 4, 1, 0));  // conv_input is the generator's first layer
  register_conv("k3:64>64,24", square(4, 64, 64, 24, 3, 1, 1));
  register_conv("k3:256>256,32", square(1, 256, 256, 32, 3, 1, 1));
  register_conv("k5:64>128,16", square(64, 64, 128, 16, 5, 2, 2));
  // The layers of a multilayer-perceptron GAN: forward, gradient of the input, gradient of the weights.
  const i64 layers[][2] = {{784, 512}, {512, 256}, {256, 128}, {128, 1}, {32, 128}};
  for (const i64 batch : {64, 256})
    for (const auto& [in, out] : layers) {
      register_gemm({batch, out, in, false, true});
      register_gemm({batch, in, out, false, false});
      register_gemm({out, in, batch, true, false});
    }
}

}  // namespace
}  // namespace gan::cpu

int main(int argc, char** argv) {
  gan::cpu::register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("isa", gan::cpu::to_string(gan::cpu::isa()));
  benchmark::RunSpecifiedBenchmarks();
}
