// Matrix products with factors rounded to bf16: two steps of k in an element. Sums are floats.
#include "src/cpu/isa/gemm.hpp"
#include "src/cpu/isa/tables.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// 16 numbers of one step of k and of the next: a pair for each column.
GAN_INLINE void put_pairs(Pair* to, Vec<float> even, Vec<float> odd) {
  put_halves(to, even, false);
  put_halves(to, odd, true);
}
/// 32 steps of k, of which the first n are there and the others are zero, as 16 pairs.
GAN_INLINE void put_run(Pair* to, const float* from, i64 n) {
  const Vec<float> low = load_partial(from, static_cast<int>(min<i64>(n, 16)));
  const Vec<float> high = n > 16 ? load_partial(from + 16, static_cast<int>(min<i64>(n - 16, 16))) : Vec<float>{};
  _mm512_storeu_si512(to, reinterpret_cast<__m512i>(
                              _mm512_cvtne2ps_pbh(reinterpret_cast<__m512>(high), reinterpret_cast<__m512>(low))));
}

struct PairOperands {
  using Value = float;
  using Element = Pair;
  static constexpr i64 steps = 2;

  static void rows(const float* from, i64 pitch, i64 rows, i64 depth, Pair* to) {
    for (i64 i = 0; i < rows; ++i)
      for (i64 k = 0; k < depth; k += 32) put_run(to + i * row_pitch<float> + k / 2, from + i * pitch + k, depth - k);
  }
  static void columns(const float* from, i64 pitch, i64 rows, i64 depth, Pair* to) {
    const int valid = static_cast<int>(rows);
    for (i64 k = 0; k < depth; k += 2)
      put_pairs(to + k / 2 * column_pitch<float>, load_partial(from + k * pitch, valid),
                k + 1 < depth ? load_partial(from + (k + 1) * pitch, valid) : Vec<float>{});
  }
  static void panel(const float* from, i64 pitch, i64 depth, i64 columns, Pair* to) {
    constexpr int n = lanes<float>;
    for (i64 k = 0; k < depth; k += 2)
      for (int j = 0; j < 2; ++j) {
        const int valid = static_cast<int>(max<i64>(0, min<i64>(n, columns - j * n)));
        const float* const row = from + k * pitch + j * n;
        put_pairs(to + k / 2 * 2 * n + j * n, load_partial(row, valid),
                  k + 1 < depth ? load_partial(row + pitch, valid) : Vec<float>{});
      }
  }
  static void panel_transposed(const float* from, i64 pitch, i64 depth, i64 columns, Pair* to) {
    constexpr int n = lanes<float>;
    alignas(64) Pair square[n * n];
    for (i64 k = 0; k < depth; k += 2 * n)
      for (i64 j = 0; j < 2 * n; j += n) {
        for (i64 i = 0; i < n; ++i)
          if (j + i < columns)
            put_run(square + i * n, from + (j + i) * pitch + k, depth - k);
          else
            _mm512_store_si512(square + i * n, _mm512_setzero_si512());
        // Elements move as if they were floats; beyond the depth there is room.
        transpose(reinterpret_cast<const float*>(square), n, reinterpret_cast<float*>(to + k / 2 * 2 * n + j), 2 * n);
      }
  }
};

void gemm_in_pairs(const GemmShape& shape, const float* a, const float* b, float* c, const Epilogue<float>& epilogue) {
  if (shape.m != 0 && shape.n != 0) Gemm<PairOperands>{shape, a, b, c, epilogue}.run();
}

}  // namespace

constinit const ProductTable<float>::Gemm gemm_bf16 = gemm_in_pairs;
}  // namespace gan::cpu::GAN_ISA
