// Ten thousand random convolutions, all three passes, every implementation against the plain loops (see products.hpp).
#include "support/products.hpp"

namespace gan::cpu {
namespace {

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
