// For which shapes of the nets that the benchmarks run the first implementation that pays is not the fastest. Filled by
// benchmarks/kernel_table --tune, never at run time; the comments say what part of the time the measured one takes.
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

/// A square convolution with the same padding on all sides.
struct Square {
  i64 n, size, c, o, kernel, stride, pad;
};
struct Choice {
  Isa isa;
  ConvOperation operation;
  Square shape;
  const char* name;
};

constexpr ConvOperation conv_input = ConvOperation::conv_input, conv_weight = ConvOperation::conv_weight;
constexpr ConvOperation conv = ConvOperation::conv;

constexpr Choice choices[] = {
    {Isa::v4, conv, {4, 96, 3, 64, 3, 1, 1}, "direct"},              // 0.95 of thin
    {Isa::v4, conv_input, {4, 96, 64, 64, 3, 2, 1}, "direct"},       // 0.93 of winograd
    {Isa::v4, conv, {4, 24, 256, 256, 3, 2, 1}, "direct"},           // 0.77 of winograd
    {Isa::v4, conv, {1, 32, 128, 256, 3, 2, 1}, "winograd"},         // 0.90 of direct
    {Isa::v4, conv_input, {1, 32, 128, 256, 3, 2, 1}, "winograd"},   // 0.79 of direct
    {Isa::v4, conv_weight, {1, 32, 128, 256, 3, 2, 1}, "winograd"},  // 0.90 of direct
    {Isa::v4, conv, {1, 16, 128, 256, 4, 2, 1}, "winograd"},         // 0.80 of direct
    {Isa::v4, conv_input, {1, 16, 128, 256, 4, 2, 1}, "winograd"},   // 0.86 of direct
    {Isa::v4, conv_weight, {1, 16, 128, 256, 4, 2, 1}, "winograd"},  // 0.76 of direct
    {Isa::v4, conv_weight, {1, 8, 256, 512, 4, 1, 1}, "direct"},     // 0.93 of winograd
    {Isa::v4, conv, {2, 64, 3, 64, 4, 2, 1}, "winograd"},            // 0.89 of thin
    {Isa::v4, conv_weight, {2, 64, 3, 64, 4, 2, 1}, "winograd"},     // 0.90 of thin
    {Isa::v3, conv_input, {64, 14, 64, 128, 4, 2, 1}, "direct"},     // 0.95 of winograd
    {Isa::v3, conv_weight, {16, 8, 256, 512, 4, 2, 1}, "direct"},    // 0.92 of winograd
    {Isa::v3, conv_input, {16, 4, 512, 1, 4, 1, 0}, "direct"},       // 0.77 of gemm
    {Isa::v3, conv_input, {64, 16, 64, 128, 4, 2, 1}, "direct"},     // 0.64 of winograd
    {Isa::v3, conv, {128, 16, 64, 128, 4, 2, 1}, "direct"},          // 0.91 of winograd
    {Isa::v3, conv_input, {128, 16, 64, 128, 4, 2, 1}, "direct"},    // 0.68 of winograd
    {Isa::v3, conv_input, {128, 8, 128, 256, 4, 2, 1}, "direct"},    // 0.88 of winograd
    {Isa::v3, conv, {4, 96, 64, 64, 3, 2, 1}, "direct"},             // 0.75 of winograd
    {Isa::v3, conv_input, {4, 96, 64, 64, 3, 2, 1}, "direct"},       // 0.61 of winograd
    {Isa::v3, conv, {4, 48, 128, 128, 3, 2, 1}, "direct"},           // 0.95 of winograd
    {Isa::v3, conv_input, {4, 48, 128, 128, 3, 2, 1}, "direct"},     // 0.84 of winograd
    {Isa::v3, conv_weight, {4, 48, 128, 128, 3, 2, 1}, "direct"},    // 0.92 of winograd
    {Isa::v3, conv_weight, {4, 24, 256, 256, 3, 2, 1}, "direct"},    // 0.88 of winograd
    {Isa::v3, conv_input, {1, 64, 64, 128, 3, 2, 1}, "direct"},      // 0.87 of winograd
    {Isa::v3, conv_weight, {1, 64, 64, 128, 3, 2, 1}, "direct"},     // 0.90 of winograd
    {Isa::v3, conv_input, {2, 64, 64, 128, 3, 2, 1}, "direct"},      // 0.75 of winograd
    {Isa::v3, conv_weight, {2, 32, 128, 256, 3, 2, 1}, "direct"},    // 0.88 of winograd
    {Isa::v3, conv, {1, 16, 128, 256, 4, 2, 1}, "winograd"},         // 0.95 of direct
    {Isa::v3, conv_input, {1, 16, 128, 256, 4, 2, 1}, "winograd"},   // 0.80 of direct
    {Isa::v3, conv_weight, {1, 8, 256, 512, 4, 1, 1}, "direct"},     // 0.77 of winograd
    {Isa::v3, conv_weight, {2, 16, 128, 256, 4, 2, 1}, "direct"},    // 0.85 of winograd
    {Isa::v3, conv_weight, {2, 8, 256, 512, 4, 1, 1}, "direct"},     // 0.82 of winograd
};

bool is(const Square& q, const ConvShape& s) {
  return s.n == q.n && s.h == q.size && s.w == q.size && s.c == q.c && s.o == q.o && s.kh == q.kernel &&
         s.kw == q.kernel && s.stride_h == q.stride && s.stride_w == q.stride && s.pad_top == q.pad &&
         s.pad_left == q.pad && s.dilation_h == 1 && s.dilation_w == 1 && s.groups == 1 &&
         s.oh == (q.size + 2 * q.pad - q.kernel) / q.stride + 1 && s.ow == s.oh;
}

}  // namespace

const char* measured_choice(ConvOperation operation, const ConvShape& shape, Isa isa) {
  for (const Choice& c : choices)
    if (c.isa == isa && c.operation == operation && is(c.shape, shape)) return c.name;
  return nullptr;
}

}  // namespace gan::cpu
