// Images sampled bilinearly at affine maps of the pixels. The adjoint adds into one image per thread.
#include <algorithm>
#include <type_traits>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/dispatch.hpp"
#include "src/cpu/sampling.hpp"

namespace gan {
GAN_CPU_ISA_DECLARE(::gan::cpu::AffineRows<float> affine_rows_f32())
GAN_CPU_ISA_DECLARE(::gan::cpu::AffineRows<double> affine_rows_f64())
namespace {
template <class T>
cpu::AffineRows<T> affine_rows() {
  if constexpr (std::is_same_v<T, float>) {
    GAN_CPU_ISA_CALL(affine_rows_f32())
  } else {
    GAN_CPU_ISA_CALL(affine_rows_f64())
  }
}
}  // namespace

namespace cpu {

template <class T>
void affine_sample(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* x, T* y) {
  const AffineShape shape{h, w, c, oh, ow};
  const AffineRows<T> rows = affine_rows<T>();
  parallel_for(n * oh, 1 + 16384 / (ow * c + 1), [&](i64 begin, i64 end) {
    for (i64 line = begin; line < end; ++line) {
      const i64 image = line / oh;
      rows.sample(shape, map + 6 * image, line % oh, x + image * h * w * c, y + line * ow * c);
    }
  });
}

template <class T>
void affine_sample_input(i64 n, i64 h, i64 w, i64 c, i64 oh, i64 ow, const T* map, const T* y, T* x) {
  const AffineShape shape{h, w, c, oh, ow};
  const AffineRows<T> rows = affine_rows<T>();
  parallel_for(n, 1 + 16384 / (oh * ow * c + 1), [&](i64 begin, i64 end) {
    for (i64 image = begin; image < end; ++image) {
      T* const to = x + image * h * w * c;
      std::fill(to, to + h * w * c, T(0));
      for (i64 row = 0; row < oh; ++row) rows.adjoint(shape, map + 6 * image, row, y + (image * oh + row) * ow * c, to);
    }
  });
}

GAN_KERNEL(affine_sample)
GAN_KERNEL(affine_sample_input)

}  // namespace cpu
}  // namespace gan
