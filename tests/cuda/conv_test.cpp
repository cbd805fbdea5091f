// Convolutions on CUDA devices against the CPU's plain loops, exactly: by matrix products, by cuDNN as it is, in a
// frame of zeros, and by the plain kernels. As forced_reference_emulated_cuda_conv it runs again with
// GAN_CONV=reference, so that the plain kernels get every shape.
#include "support/cuda/conv.hpp"

namespace gan {
namespace {

using cpu::Draws;

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

}  // namespace
}  // namespace gan
