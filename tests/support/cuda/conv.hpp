// What the tests of convolutions on CUDA devices share: what the emulated cuDNN counts, and comparisons of all three
// operations with the CPU's plain loops.
#pragma once

#include <cstdlib>

#include "gan/backend/runtime.hpp"
#include "gan/tensor/tensor.hpp"
#include "support/products.hpp"

// Of the emulated cuDNN; null elsewhere. See cuda_emulator/cudnn.cpp.
extern "C" long gan_emulated_cudnn(int what) __attribute__((weak));

namespace gan {

using cpu::ConvCase, cpu::Fusion, cpu::plain, cpu::shape_of, cpu::small_integers;

inline const Device gpu = Device::cuda();

inline bool plain_kernels_are_forced() {
  const char* const name = std::getenv("GAN_CONV");
  return name != nullptr && std::string(name) == "reference";
}

enum Count { runs, nondeterministic_runs, second_choices };
/// What the emulated cuDNN counted while `work` ran; -1 where there is another or none.
template <class F>
long counted(Count what, F work) {
  const bool here = gan_emulated_cudnn != nullptr && !plain_kernels_are_forced();
  const long before = here ? gan_emulated_cudnn(what) : 0;
  work();
  return here ? gan_emulated_cudnn(what) - before : -1;
}

class CudaConv : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device can be used here: nothing was compared";
  }
};

template <class T>
Tensor<T> there(const std::vector<T>& values) {
  return Tensor<T>::from(values, Shape{static_cast<i64>(values.size())}).to(gpu);
}

template <class T>
struct Arrays {
  std::vector<T> x, w, y;
  explicit Arrays(const ConvShape& s)
      : x(small_integers<T>(s.n * s.h * s.w * s.c, 1)),
        w(small_integers<T>(s.o * s.kh * s.kw * (s.c / s.groups), 3)),
        y(small_integers<T>(s.n * s.oh * s.ow * s.o, 2)) {}
};

inline std::string name_of(const ConvShape& s) {
  return cpu::name_of(s) + ", " + std::to_string(s.oh) + " x " + std::to_string(s.ow) + ", stride " +
         std::to_string(s.stride_w) + ", dilation " + std::to_string(s.dilation_w);
}

/// All three operations: integers exactly, but for the rounding of tanh and sigmoid.
template <class T>
void expect_exact(const ConvShape& s, const Fusion& fusion = plain) {
  const Arrays<T> a(s);
  const auto bias = small_integers<T>(std::max(s.o, s.c), 4);
  const Tensor<T> x = there(a.x), w = there(a.w), y = there(a.y), device_bias = there(bias);
  Epilogue<T> here = cpu::epilogue_of(fusion, bias), e = here;
  if (e.bias) e.bias = device_bias.data();
  const Kernels<T>& kernel = kernels<T>(gpu);
  const T tolerance = cpu::tolerance_of<T>(fusion);
  const auto compare = [&](const char* op, const std::vector<T>& want, T within, auto product) {
    Tensor<T> out = there(std::vector<T>(want.size(), std::numeric_limits<T>::quiet_NaN()));
    product(out.mutable_data());
    const std::vector<T> got = out.to_vector();
    for (std::size_t i = 0; i < want.size(); ++i)
      if (!(std::abs(got[i] - want[i]) <= within)) {
        ADD_FAILURE() << op << name_of(s) << ": element " << i << " is " << got[i] << ", not " << want[i];
        return;
      }
  };
  const auto size = [](const std::vector<T>& v) { return static_cast<i64>(v.size()); };
  compare("conv",
          cpu::result_of<T>(size(a.y), [&](T* to) { cpu::reference_conv(s, a.x.data(), a.w.data(), to, here); }),
          tolerance, [&](T* to) { kernel.conv(s, x.data(), w.data(), to, e); });
  compare("conv_input",
          cpu::result_of<T>(size(a.x), [&](T* to) { cpu::reference_conv_input(s, a.y.data(), a.w.data(), to, here); }),
          tolerance, [&](T* to) { kernel.conv_input(s, y.data(), w.data(), to, e); });
  compare("conv_weight",
          cpu::result_of<T>(size(a.w), [&](T* to) { cpu::reference_conv_weight(s, a.y.data(), a.x.data(), to); }), T(0),
          [&](T* to) { kernel.conv_weight(s, y.data(), x.data(), to); });
}

}  // namespace gan
