// Convolutions on CUDA devices against the CPU's plain loops: by matrix products, by cuDNN as it is, in a frame of
// zeros, in bfloat16, and by the plain kernels. As forced_reference_emulated_cuda_conv it runs again with
// GAN_CONV=reference, so that the plain kernels get every shape.
#include <cstdlib>

#include "gan/backend/runtime.hpp"
#include "gan/grad/grad.hpp"
#include "gan/ops/conv.hpp"
#include "gan/ops/random.hpp"
#include "support/products.hpp"

// Of the emulated cuDNN; null elsewhere. See cuda_emulator/cudnn.cpp.
extern "C" long gan_emulated_cudnn(int what) __attribute__((weak));

namespace gan {
namespace {

using cpu::ConvCase, cpu::Draws, cpu::Fusion, cpu::plain, cpu::shape_of, cpu::small_integers;

const Device cpu_device = Device::cpu(), gpu = Device::cuda();

bool plain_kernels_are_forced() {
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

std::string name_of(const ConvShape& s) {
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

/// More than draw_case has: unequal strides and dilations, less padding on the far side, much padding.
ConvShape draw_shape(Draws& draw) {
  for (;;) {
    ConvCase q = cpu::draw_case(draw);
    q.n = std::min<i64>(q.n, 4), q.c = std::min<i64>(q.c, 10 * q.groups), q.o = std::min<i64>(q.o, 10 * q.groups);
    q.c -= q.c % q.groups, q.o -= q.o % q.groups;
    q.extra = draw.one_in(2) ? 0 : draw(0, 4) - 2;
    if (draw.one_in(20)) q.pad_top += 4;
    if (!cpu::has_output(q)) continue;
    ConvShape s = shape_of(q);
    if (draw.one_in(4)) {
      s.stride_w = draw(1, 3), s.dilation_w = draw.one_in(2) ? draw(1, 3) : s.dilation_w;
      const i64 room = s.w + 2 * s.pad_left + q.extra - (s.kw - 1) * s.dilation_w - 1;
      if (room < 0) continue;
      s.ow = room / s.stride_w + 1;
    }
    return s;
  }
}

TEST_F(CudaConv, ThousandsOfRandomShapesAreExact) {
  Draws draw(11);
  const long used = counted(runs, [&] {
    for (int done = 0; done < 3400 && !HasFailure(); ++done) {
      const ConvShape s = draw_shape(draw);
      if (done % 5 == 0)
        expect_exact<double>(s);
      else
        expect_exact<float>(s);
    }
  });
  EXPECT_TRUE(used < 0 || used > 6800) << "of 10200 convolutions cuDNN took only " << used;
}

TEST_F(CudaConv, ShapesOfNetworks) {
  for (const ConvCase& q : {ConvCase{2, 16, 16, 3, 32, 4, 4, 2, 1, 1, 0, 1, 1},    // the first layer of a discriminator
                            ConvCase{1, 8, 8, 33, 17, 3, 3, 1, 1, 1, 0, 1, 1},     // odd channels, a batch of one
                            ConvCase{2, 14, 14, 1, 8, 5, 5, 2, 1, 1, 1, 1, 1},     // Keras's `same`
                            ConvCase{3, 4, 4, 20, 24, 4, 4, 1, 0, 0, 0, 1, 1},     // filters as large as the image
                            ConvCase{3, 6, 5, 20, 24, 1, 1, 1, 0, 0, 0, 1, 1},     // pixel by pixel
                            ConvCase{3, 6, 5, 20, 24, 1, 1, 2, 0, 0, 0, 1, 1},     // every other pixel
                            ConvCase{2, 9, 9, 12, 12, 3, 3, 1, 1, 1, 0, 1, 12},    // each channel alone
                            ConvCase{2, 9, 9, 4, 4, 3, 3, 1, 2, 2, 0, 2, 2},       // groups and dilation
                            ConvCase{2, 70, 90, 2, 3, 3, 3, 1, 1, 1, 0, 1, 1}}) {  // more than a few blocks
    expect_exact<float>(shape_of(q));
    expect_exact<double>(shape_of(q));
  }
}

TEST_F(CudaConv, EpiloguesAreThoseOfTheCpu) {
  for (const Fusion& fusion : cpu::fusions)
    for (const ConvCase& q :
         {ConvCase{2, 5, 6, 3, 7, 3, 3, 1, 1, 1, 0, 1, 1}, ConvCase{2, 4, 4, 5, 6, 4, 4, 1, 0, 0, 0, 1, 1},
          ConvCase{2, 4, 3, 5, 6, 1, 1, 1, 0, 0, 0, 1, 1}, ConvCase{2, 7, 7, 4, 6, 3, 3, 1, 2, 2, 0, 2, 2},
          ConvCase{2, 5, 6, 3, 7, 2, 2, 2, 0, 1, 1, 1, 1}}) {
      expect_exact<float>(shape_of(q), fusion);
      expect_exact<double>(shape_of(q), fusion);
    }
}

TEST_F(CudaConv, EmptyArrays) {
  const ConvShape full = shape_of({2, 5, 6, 4, 6, 3, 3, 1, 1, 1, 0, 1, 1});
  for (i64 ConvShape::*const extent : {&ConvShape::n, &ConvShape::c, &ConvShape::o, &ConvShape::oh, &ConvShape::w}) {
    ConvShape s = full;
    s.*extent = 0;
    expect_exact<float>(s, {true, Activation::relu});
    expect_exact<double>(s, {true, Activation::none});
  }
}

TEST_F(CudaConv, DeterministicAlgorithmsAloneWhereThatIsWanted) {
  const auto some = [] {
    for (const i64 side : {3, 5}) expect_exact<float>(shape_of({2, 7, 8, 4, 6, side, side, 1, 1, 1, 0, 1, 1}));
  };
  const long free = counted(nondeterministic_runs, some);
  set_deterministic(true);
  const long held = counted(nondeterministic_runs, some);
  set_deterministic(false);
  if (free < 0) return;
  EXPECT_EQ(free, 4) << "backwards the emulated cuDNN proposes another algorithm first";
  EXPECT_EQ(held, 0);
  EXPECT_EQ(counted(nondeterministic_runs, some), 4);
}

TEST_F(CudaConv, AnAlgorithmThatRefusesIsNotTriedTwice) {
  const auto twice_high = [] { expect_exact<float>(shape_of({1, 6, 9, 3, 5, 2, 3, 1, 0, 1, 0, 1, 1})); };
  const long first = counted(second_choices, twice_high);
  if (first < 0) return;
  EXPECT_EQ(first, 3);
  EXPECT_EQ(counted(second_choices, twice_high), 0);
}

TEST_F(CudaConv, WhatCudnnSupportsGoesThroughIt) {
  struct Row {
    ConvCase shape;
    long runs;
  };
  for (const auto& [q, expected] : {Row{{2, 8, 8, 3, 5, 3, 3, 1, 1, 1, 0, 1, 1}, 3},   // as it is
                                    Row{{2, 8, 8, 3, 5, 4, 4, 2, 1, 1, 1, 1, 1}, 3},   // in a frame
                                    Row{{2, 8, 8, 3, 5, 2, 2, 1, 2, 2, 0, 1, 1}, 3},   // padded by more than the filter
                                    Row{{2, 8, 8, 4, 6, 3, 3, 1, 1, 1, 0, 1, 2}, 3},   // groups
                                    Row{{2, 8, 8, 4, 6, 3, 3, 1, 1, 1, 0, 2, 2}, 0},   // not supported
                                    Row{{2, 8, 8, 4, 6, 1, 1, 1, 0, 0, 0, 1, 1}, 0}})  // matrix products
  {
    const ConvShape s = shape_of(q);
    const long found = counted(runs, [&] { expect_exact<float>(s); });
    EXPECT_TRUE(found < 0 || found == expected) << name_of(s) << ": cuDNN ran " << found << " times";
  }
}

TEST_F(CudaConv, AFailureNamesOpAndShape) {
  if (gan_emulated_cudnn == nullptr || plain_kernels_are_forced()) GTEST_SKIP() << "only the emulated cuDNN fails so";
  const Var x = Var::ones({1, 3, 97, 2}, gpu), w = Var::ones({5, 3, 97, 2}, gpu);
  const ConvGeometry geometry{.padding = {1, 1, 0, 0}};
  try {
    conv2d(x, w, geometry);
    FAIL() << "no DeviceError";
  } catch (const DeviceError& e) {
    EXPECT_STREQ(
        e.what(),
        "[conv2d] cuDNN failed on images (1, 3, 97, 2) and filters (5, 3, 97, 2) -> (1, 3, 1, 5), stride (1, 1), "
        "padding (1, 0), dilation (1, 1), groups 1: CUDNN_STATUS_EXECUTION_FAILED");
  }
}

// ---- ops
// ---------------------------------------------------------------------------------------------------------------

template <class T>
Tensor<T> some(Shape shape, u64 stream) {
  Rng rng{7, stream, 0};
  return rand<T>(shape, rng, -1.0, 1.0);
}

template <class T>
double distance(const Tensor<T>& found, const Tensor<T>& expected) {
  const std::vector<T> a = found.to_vector(), b = expected.to_vector();
  double error = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error += std::pow(double(a[i]) - double(b[i]), 2);
    norm += std::pow(double(b[i]), 2);
  }
  return norm == 0 ? std::sqrt(error) : std::sqrt(error / norm);
}

TEST_F(CudaConv, ModesRoundFactorsAsTheySay) {
  for (const ConvCase& q :
       {ConvCase{2, 9, 9, 16, 24, 3, 3, 1, 1, 1, 0, 1, 1}, ConvCase{2, 9, 9, 16, 24, 3, 3, 2, 0, 0, 1, 1, 1},
        ConvCase{2, 9, 9, 16, 24, 5, 5, 1, 2, 2, 0, 1, 1}, ConvCase{2, 9, 9, 16, 24, 1, 1, 1, 0, 0, 0, 1, 1}}) {
    ConvShape s = shape_of(q);
    const Var x = some<float>({s.n, s.h, s.w, s.c}, 1), w = some<float>({s.o, s.kh, s.kw, s.c}, 2);
    const Var y = some<float>({s.n, s.oh, s.ow, s.o}, 3), gx = x.to(gpu), gw = w.to(gpu), gy = y.to(gpu);
    Var want_y(y.shape()), want_x(x.shape()), want_w(w.shape());
    cpu::reference_conv<float>(s, x.data(), w.data(), want_y.mutable_data(), {});
    cpu::reference_conv_input<float>(s, y.data(), w.data(), want_x.mutable_data(), {});
    cpu::reference_conv_weight<float>(s, y.data(), x.data(), want_w.mutable_data());
    for (const auto& [mode, least, most] :
         {std::tuple(MathMode::fp32, 0.0, 1e-6), std::tuple(MathMode::tf32, 1e-5, 1e-3),
          std::tuple(MathMode::bf16, 1e-4, 5e-3)}) {
      s.math = mode;
      Var got_y(y.shape(), gpu), got_x(x.shape(), gpu), got_w(w.shape(), gpu);
      const Kernels<float>& kernel = kernels<float>(gpu);
      kernel.conv(s, gx.data(), gw.data(), got_y.mutable_data(), {});
      kernel.conv_input(s, gy.data(), gw.data(), got_x.mutable_data(), {});
      kernel.conv_weight(s, gy.data(), gx.data(), got_w.mutable_data());
      for (const double error : {distance(got_y, want_y), distance(got_x, want_x), distance(got_w, want_w)}) {
        EXPECT_LT(error, most) << to_string(mode) << name_of(s);
        // Filters 5 high are not for the emulated bf16: they are multiplied in tf32.
        const bool rounds = !plain_kernels_are_forced() && (mode != MathMode::bf16 || s.kh != 5);
        EXPECT_TRUE(!rounds || error >= least) << to_string(mode) << name_of(s) << " has an error of " << error;
      }
    }
  }
}

/// Values, first and second derivatives of an op of two tensors on a device, from fixed cotangents.
template <class T, class Op>
std::vector<Tensor<T>> derivatives(Device device, const Shape& a_shape, const Shape& b_shape, Op op) {
  const Tensor<T> a = leaf(some<T>(a_shape, 1).to(device));
  const Tensor<T> b = leaf(some<T>(b_shape, 2).to(device));
  const Tensor<T> y = op(a, b);
  const Tensor<T> seed = leaf(some<T>(y.shape(), 3).to(device));
  const Tensors<T> first = grad(y, seed, {a, b}, true);
  std::vector<Tensor<T>> all{y, first[0], first[1]};
  for (const Tensor<T>& d : first)
    for (const Tensor<T>& second : grad(d, some<T>(d.shape(), 4).to(device), {a, b, seed}, false))
      all.push_back(second);
  return all;
}

template <class T>
void expect_derivatives_agree(double tolerance) {
  const MathScope full(MathMode::fp32);
  for (const ConvGeometry& g :
       {ConvGeometry{}, ConvGeometry{.stride = 2, .padding = {1, 0, 1, 2}}, ConvGeometry{.padding = 1, .groups = 2},
        ConvGeometry{.padding = 2, .dilation = 2, .groups = 2}}) {
    const Shape x{2, 7, 6, 4}, w{6, 3, 3, 4 / g.groups}, wt{4, 3, 3, 6 / g.groups};
    const ConvShape s = detail::conv_shape(x, w, g, "conv2d");
    const auto compare = [&](const char* what, const Shape& a, const Shape& b, auto op) {
      const auto found = derivatives<T>(gpu, a, b, op), expected = derivatives<T>(cpu_device, a, b, op);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_LT(distance(found[i], expected[i]), tolerance) << what << name_of(s) << ", derivative " << i;
    };
    compare("conv2d", x, w, [&](auto& a, auto& b) { return conv2d(a, b, g); });
    compare("conv2d_transpose", x, wt, [&](auto& a, auto& b) { return conv2d_transpose(a, b, g); });
    compare("conv2d_weight", Shape{s.n, s.oh, s.ow, s.o}, x,
            [&](auto& a, auto& b) { return detail::conv2d_weight<T>(a, b, s); });
  }
}
TEST_F(CudaConv, DerivativesAgreeFloat) { expect_derivatives_agree<float>(1e-5); }
TEST_F(CudaConv, DerivativesAgreeDouble) { expect_derivatives_agree<double>(1e-13); }

}  // namespace
}  // namespace gan
