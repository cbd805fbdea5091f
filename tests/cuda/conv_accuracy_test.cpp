// Convolutions on CUDA devices within their rounding: the math modes against the CPU's plain loops, and first and
// second derivatives against those of the CPU.
#include "gan/grad/grad.hpp"
#include "gan/ops/conv.hpp"
#include "gan/ops/random.hpp"
#include "support/cuda/conv.hpp"

namespace gan {
namespace {

using CudaConvAccuracy = CudaConv;

const Device cpu_device = Device::cpu();

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

TEST_F(CudaConvAccuracy, ModesRoundFactorsAsTheySay) {
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
TEST_F(CudaConvAccuracy, DerivativesAgreeFloat) { expect_derivatives_agree<float>(1e-5); }
TEST_F(CudaConvAccuracy, DerivativesAgreeDouble) { expect_derivatives_agree<double>(1e-13); }

}  // namespace
}  // namespace gan
