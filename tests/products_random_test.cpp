// Ten thousand random convolutions, all three passes, every implementation against the plain loops (see products.hpp).
#include "products.hpp"

namespace gan::cpu {
namespace {

class Draws {
 public:
  explicit Draws(u32 seed) : state_(seed) {}
  i64 operator()(u32 low, u32 high) {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<i64>(low + (state_ >> 16) % (high - low + 1));
  }
  bool one_in(u32 n) { return (*this)(1, n) == 1; }

 private:
  u32 state_;
};

/// Small images with all that is awkward: odd sizes, thin channels, batches of one, strides beyond the filter,
/// dilation, groups, padding on one side.
ConvCase draw_case(Draws& draw) {
  ConvCase q{};
  q.n = draw.one_in(3) ? 1 : draw(2, draw.one_in(8) ? 20 : 4);
  q.h = draw(1, 9), q.w = draw(1, 9);
  q.groups = draw.one_in(6) ? draw(2, 3) : 1;
  const auto channels = [&] { return draw.one_in(3) ? draw(1, 4) : draw(1, draw.one_in(10) ? 70 : 18); };
  q.c = q.groups * channels(), q.o = q.groups * channels();
  q.kh = draw(1, 5), q.kw = draw.one_in(4) ? draw(1, 5) : q.kh;
  q.stride = draw(1, 3), q.dilation = draw.one_in(6) ? 2 : 1;
  q.pad_top = draw(0, 2), q.pad_left = draw(0, 2), q.extra = draw(0, 1);
  return q;
}

bool has_output(const ConvCase& q) {
  return q.h + 2 * q.pad_top + q.extra > (q.kh - 1) * q.dilation &&
         q.w + 2 * q.pad_left + q.extra > (q.kw - 1) * q.dilation;
}

TEST(ProductsRandom, TenThousandConvolutionsEqualReference) {
  Draws draw(7);
  for (int done = 0; done < 10000;) {
    const ConvCase q = draw_case(draw);
    if (!has_output(q)) continue;
    ++done;
    if (done % 10 == 0)
      check_conv<double>(shape_of(q), plain);
    else
      check_conv<float>(shape_of(q), plain);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gan::cpu
