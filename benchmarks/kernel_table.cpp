// Every convolution and matrix product of the nets that `compare` runs, forward and both gradients.
//   kernel_table [--threads N] [--only TEXT]     a Markdown table: time, GFLOP/s (all taps counted, padding too), share
//                                                of the peak, share of the rate of copying if every array is moved
//                                                once, which implementation runs, and oneDNN's GFLOP/s beside
//   kernel_table --tune [--threads N]            times all implementations of each convolution in turns and prints rows
//                                                for src/cpu/choices.cpp where the one that is chosen is not the
//                                                fastest
// Candidates alternate; the figure is the median. Where oneDNN (Debian's libdnnl-dev) was not there to build with, its
// column is empty.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/onednn.hpp"
#include "benchmarks/rates.hpp"
#include "gan/core/parallel.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

using benchmarks::Timed;

struct Layer {
  const char* net;
  ConvShape shape;
};

/// n square images of `size` pixels.
ConvShape square(i64 n, i64 c, i64 o, i64 size, i64 kernel, i64 stride, i64 pad, i64 groups = 1) {
  ConvShape s;
  s.groups = groups;
  s.n = n, s.h = s.w = size, s.c = c, s.o = o, s.kh = s.kw = kernel;
  s.stride_h = s.stride_w = stride;
  s.pad_top = s.pad_left = pad;
  s.oh = s.ow = (size + 2 * pad - kernel) / stride + 1;
  return s;
}

// A transposed convolution stands as the convolution whose adjoint it is: its forward pass is the gradient in the
// image.
std::vector<Layer> layers() {
  return {{"DCGAN-28 b64", square(64, 1, 64, 28, 4, 2, 1)},     {"DCGAN-28 b64", square(64, 64, 128, 14, 4, 2, 1)},
          {"DCGAN-28 b128", square(128, 1, 64, 28, 4, 2, 1)},   {"DCGAN-28 b128", square(128, 64, 128, 14, 4, 2, 1)},
          {"DCGAN-64 b16", square(16, 3, 64, 64, 4, 2, 1)},     {"DCGAN-64 b16", square(16, 64, 128, 32, 4, 2, 1)},
          {"DCGAN-64 b16", square(16, 128, 256, 16, 4, 2, 1)},  {"DCGAN-64 b16", square(16, 256, 512, 8, 4, 2, 1)},
          {"DCGAN-64 b16", square(16, 512, 1, 4, 4, 1, 0)},     {"DCGAN-64 b16", square(16, 512, 100, 4, 4, 1, 0)},
          {"DCGAN-64 b64", square(64, 3, 64, 64, 4, 2, 1)},     {"DCGAN-64 b64", square(64, 64, 128, 32, 4, 2, 1)},
          {"DCGAN-64 b64", square(64, 128, 256, 16, 4, 2, 1)},  {"DCGAN-64 b64", square(64, 256, 512, 8, 4, 2, 1)},
          {"DCGAN-64 b64", square(64, 512, 1, 4, 4, 1, 0)},     {"DCGAN-64 b64", square(64, 512, 100, 4, 4, 1, 0)},
          {"WGAN-GP b64", square(64, 3, 64, 32, 4, 2, 1)},      {"WGAN-GP b64", square(64, 64, 128, 16, 4, 2, 1)},
          {"WGAN-GP b64", square(64, 128, 256, 8, 4, 2, 1)},    {"WGAN-GP 2 b64", square(128, 3, 64, 32, 4, 2, 1)},
          {"WGAN-GP 2 b64", square(128, 64, 128, 16, 4, 2, 1)}, {"WGAN-GP 2 b64", square(128, 128, 256, 8, 4, 2, 1)},
          {"SRGAN G b4", square(4, 3, 64, 24, 9, 1, 4)},        {"SRGAN G b4", square(4, 64, 64, 24, 3, 1, 1)},
          {"SRGAN G b4", square(4, 64, 256, 24, 3, 1, 1)},      {"SRGAN G b4", square(4, 64, 256, 48, 3, 1, 1)},
          {"SRGAN G b4", square(4, 64, 3, 96, 9, 1, 4)},        {"SRGAN D b4", square(4, 3, 64, 96, 3, 1, 1)},
          {"SRGAN D b4", square(4, 64, 64, 96, 3, 2, 1)},       {"SRGAN D b4", square(4, 64, 128, 48, 3, 1, 1)},
          {"SRGAN D b4", square(4, 128, 128, 48, 3, 2, 1)},     {"SRGAN D b4", square(4, 128, 256, 24, 3, 1, 1)},
          {"SRGAN D b4", square(4, 256, 256, 24, 3, 2, 1)},     {"SRGAN D b4", square(4, 256, 512, 12, 3, 1, 1)},
          {"SRGAN D b4", square(4, 512, 512, 12, 3, 2, 1)},     {"CycleGAN G b1", square(1, 3, 64, 70, 7, 1, 0)},
          {"CycleGAN G b1", square(1, 64, 128, 64, 3, 2, 1)},   {"CycleGAN G b1", square(1, 128, 256, 32, 3, 2, 1)},
          {"CycleGAN G b1", square(1, 256, 256, 18, 3, 1, 0)},  {"CycleGAN G b1", square(1, 64, 3, 70, 7, 1, 0)},
          {"CycleGAN G b2", square(2, 3, 64, 70, 7, 1, 0)},     {"CycleGAN G b2", square(2, 64, 128, 64, 3, 2, 1)},
          {"CycleGAN G b2", square(2, 128, 256, 32, 3, 2, 1)},  {"CycleGAN G b2", square(2, 256, 256, 18, 3, 1, 0)},
          {"CycleGAN G b2", square(2, 64, 3, 70, 7, 1, 0)},     {"CycleGAN D b1", square(1, 3, 64, 64, 4, 2, 1)},
          {"CycleGAN D b1", square(1, 64, 128, 32, 4, 2, 1)},   {"CycleGAN D b1", square(1, 128, 256, 16, 4, 2, 1)},
          {"CycleGAN D b1", square(1, 256, 512, 8, 4, 1, 1)},   {"CycleGAN D b1", square(1, 512, 1, 7, 4, 1, 1)},
          {"CycleGAN D b2", square(2, 3, 64, 64, 4, 2, 1)},     {"CycleGAN D b2", square(2, 64, 128, 32, 4, 2, 1)},
          {"CycleGAN D b2", square(2, 128, 256, 16, 4, 2, 1)},  {"CycleGAN D b2", square(2, 256, 512, 8, 4, 1, 1)},
          {"CycleGAN D b2", square(2, 512, 1, 7, 4, 1, 1)},     {"depthwise", square(16, 128, 128, 16, 3, 1, 1, 128)},
          {"depthwise", square(64, 64, 64, 64, 3, 1, 1, 64)},   {"depthwise", square(64, 64, 64, 64, 4, 2, 1, 64)},
          {"depthwise", square(16, 256, 256, 32, 5, 1, 2, 256)}, {"groups of 64", square(16, 256, 256, 16, 3, 1, 1, 4)},
          {"groups of 32", square(16, 128, 256, 32, 4, 2, 1, 4)}, {"groups of 16", square(16, 128, 128, 32, 3, 1, 1, 8)},
          {"groups of 4", square(16, 128, 128, 32, 3, 1, 1, 32)}, {"groups of 1 to 2", square(16, 64, 128, 32, 3, 1, 1, 64)}};
}

struct Product {
  const char* net;
  i64 batch, in, out;
};
constexpr Product products[] = {
    {"MLP b64", 64, 784, 512},      {"MLP b64", 64, 512, 256},       {"MLP b64", 64, 256, 128},
    {"MLP b64", 64, 128, 256},      {"MLP b128", 128, 784, 512},     {"MLP b128", 128, 512, 256},
    {"MLP b128", 128, 256, 128},    {"MLP b256", 256, 784, 512},     {"MLP b256", 256, 512, 256},
    {"MLP b256", 256, 256, 128},    {"MLP b512", 512, 784, 512},     {"MLP b512", 512, 512, 256},
    {"MLP b512", 512, 256, 128},    {"DCGAN-28 b64", 64, 100, 6272}, {"WGAN-GP b64", 64, 128, 4096},
    {"SRGAN D b4", 4, 18432, 1024},
};

std::vector<float> values(i64 n) {
  std::vector<float> v(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(i % 17) * 0.01f - 0.08f;
  return v;
}

Timed timed(std::function<void()> run) {
  return [run = std::move(run)](int times) {
    run();  // wakes the threads
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) run();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
  };
}

/// Median seconds of each candidate; they take turns of some milliseconds.
std::vector<double> time_in_turns(const std::vector<Timed>& candidates) {
  constexpr int rounds = 7;
  std::vector<std::vector<double>> all(candidates.size());
  std::vector<int> times;
  for (const Timed& run : candidates) times.push_back(std::max(2, static_cast<int>(0.01 / std::max(run(1), 1e-7))));
  for (int r = 0; r < rounds; ++r)
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // until the other library's threads sleep
      all[i].push_back(candidates[i](times[i]));
    }
  std::vector<double> medians;
  for (auto& t : all) {
    std::sort(t.begin(), t.end());
    medians.push_back(t[rounds / 2]);
  }
  return medians;
}

constexpr ConvOperation operations[] = {ConvOperation::conv, ConvOperation::conv_input, ConvOperation::conv_weight};
constexpr const char* operation_names[] = {"forward", "input", "weight"};

/// The arrays of one convolution.
struct Arrays {
  std::vector<float> x, y, w;
  explicit Arrays(const ConvShape& s)
      : x(values(s.n * s.h * s.w * s.c)), y(values(s.n * s.oh * s.ow * s.o)), w(values(s.o * s.kh * s.kw * (s.c / s.groups))) {}
};

Timed call(const ConvImplementation<float>& i, ConvOperation operation, const ConvShape& s, Arrays& a) {
  switch (operation) {
    case ConvOperation::conv:
      return timed([&, s] { i.conv(s, a.x.data(), a.w.data(), a.y.data(), {}); });
    case ConvOperation::conv_input:
      return timed([&, s] { i.conv_input(s, a.y.data(), a.w.data(), a.x.data(), {}); });
    case ConvOperation::conv_weight:
      return timed([&, s] { i.conv_weight(s, a.y.data(), a.x.data(), a.w.data()); });
  }
  return {};
}

const ConvImplementation<float>& implementation(const char* name) {
  for (const auto& i : conv_implementations<float>())
    if (std::strcmp(i.name, name) == 0) return i;
  std::abort();
}

std::string text(const ConvShape& s) {
  char out[128];
  std::snprintf(out, sizeof out, "%ld x %ldx%ldx%ld > %ld, k%ld s%ld p%ld", static_cast<long>(s.n),
                static_cast<long>(s.h), static_cast<long>(s.w), static_cast<long>(s.c), static_cast<long>(s.o),
                static_cast<long>(s.kh), static_cast<long>(s.stride_h), static_cast<long>(s.pad_top));
  return out;
}

/// What the machine can do at most in a second.
struct Rates {
  double flops, bytes;
};

void print_row(const char* net, const std::string& shape, const char* pass, const char* name, double flop, double bytes,
               double ours, double theirs, const Rates& most) {
  std::printf("| %s | %s | %s | %s | %.3f | %.0f | %.0f %% | %.0f %% |", net, shape.c_str(), pass, name, ours * 1e3,
              flop / ours * 1e-9, 100 * flop / ours / most.flops, 100 * bytes / ours / most.bytes);
  if (theirs > 0)
    std::printf(" %.0f | %.2f |\n", flop / theirs * 1e-9, theirs / ours);
  else
    std::printf(" | |\n");
  std::fflush(stdout);
}

/// The implementation that computes a matrix product: the first that takes it.
const char* name_of(const GemmShape& s) {
  const auto list = gemm_implementations<float>();
  return std::find_if(list.begin(), list.end(), [&](const auto& i) { return i.supports(s); })->name;
}

void table(const Rates& most, const char* only, const benchmarks::OneDnn& peer) {
  std::printf(
      "| net | shape | pass | implementation | ms | GFLOP/s | of peak | of copying | oneDNN GFLOP/s | ratio |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& [net, s] : layers()) {
    if (only && !std::strstr(net, only)) continue;
    Arrays a(s);
    const double flop = 2.0 * static_cast<double>(s.n * s.oh * s.ow * s.o * s.kh * s.kw * (s.c / s.groups));
    const double bytes = 4 * static_cast<double>(a.x.size() + a.y.size() + a.w.size());
    for (int k = 0; k < 3; ++k) {
      const char* const name = chosen<float>(operations[k], s);
      std::vector<Timed> candidates{call(implementation(name), operations[k], s, a)};
      if (auto theirs = peer.convolution(operations[k], s)) candidates.push_back(theirs);
      const auto t = time_in_turns(candidates);
      print_row(net, text(s), operation_names[k], name, flop, bytes, t[0], t.size() > 1 ? t[1] : 0, most);
    }
  }
  for (const auto& [net, batch, in, out] : products) {
    if (only && !std::strstr(net, only)) continue;
    const auto x = values(batch * in), w = values(out * in), y = values(batch * out);
    const GemmShape shapes[] = {
        {batch, out, in, false, true}, {batch, in, out, false, false}, {out, in, batch, true, false}};
    const std::vector<float>* operands[][2] = {{&x, &w}, {&y, &w}, {&y, &x}};
    for (int k = 0; k < 3; ++k) {
      const GemmShape& s = shapes[k];
      std::vector<float> c(static_cast<std::size_t>(s.m * s.n));
      const float *left = operands[k][0]->data(), *right = operands[k][1]->data();
      std::vector<Timed> candidates{timed([&] { gemm<float>(s, left, right, c.data(), {}); })};
      if (auto theirs = peer.product(s)) candidates.push_back(theirs);
      const auto t = time_in_turns(candidates);
      print_row(net, std::to_string(s.m) + " x " + std::to_string(s.n) + " x " + std::to_string(s.k),
                operation_names[k], name_of(s), 2.0 * static_cast<double>(s.m * s.n * s.k),
                4 * static_cast<double>(s.m * s.k + s.k * s.n + s.m * s.n), t[0], t.size() > 1 ? t[1] : 0, most);
    }
  }
}

void tune() {
  for (const auto& [net, s] : layers()) {
    Arrays a(s);
    for (int k = 0; k < 3; ++k) {
      std::vector<Timed> candidates;
      std::vector<const char*> names;
      for (const auto& i : conv_implementations<float>()) {
        if (!i.supports(s) || std::strcmp(i.name, "reference") == 0) continue;
        names.push_back(i.name);
        candidates.push_back(call(i, operations[k], s, a));
      }
      const auto t = time_in_turns(candidates);
      const auto best = static_cast<std::size_t>(std::min_element(t.begin(), t.end()) - t.begin());
      std::size_t now = 0;
      while (std::strcmp(names[now], chosen<float>(operations[k], s)) != 0) ++now;
      if (t[now] < 1.04 * t[best]) continue;
      constexpr const char* spelt[] = {"conv", "conv_input", "conv_weight"};
      std::printf("    {Isa::%s, %s, {%ld, %ld, %ld, %ld, %ld, %ld, %ld}, \"%s\"},  // %.2f of %s\n", to_string(isa()),
                  spelt[k], static_cast<long>(s.n), static_cast<long>(s.h), static_cast<long>(s.c),
                  static_cast<long>(s.o), static_cast<long>(s.kh), static_cast<long>(s.stride_h),
                  static_cast<long>(s.pad_top), names[best], t[best] / t[now], names[now]);
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace gan::cpu

int main(int argc, char** argv) {
  const gan::benchmarks::OneDnn peer;
  bool tune = false;
  const char* only = nullptr;
  double peak = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--tune")
      tune = true;
    else if (flag == "--threads" && i + 1 < argc)
      gan::set_threads(std::atoi(argv[++i]));
    else if (flag == "--only" && i + 1 < argc)
      only = argv[++i];
    else if (flag == "--peak" && i + 1 < argc)
      peak = std::atof(argv[++i]) * 1e9;
    else {
      std::fprintf(stderr, "usage: kernel_table [--tune] [--threads N] [--only TEXT] [--peak GFLOP/s]\n");
      return 2;
    }
  }
  if (tune)
    gan::cpu::tune();
  else
    gan::cpu::table({peak > 0 ? peak : gan::benchmarks::peak_flops(gan::threads()),
                     gan::benchmarks::copy_bandwidth(gan::threads())},
                    only, peer);
}
