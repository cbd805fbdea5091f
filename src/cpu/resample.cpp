// Separable resampling along one axis, as a product with a sparse matrix. The adjoint is the product with the
// transposed matrix, so that both write every element of the result once.
#include <type_traits>
#include <vector>

#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/dispatch.hpp"
#include "src/cpu/sampling.hpp"

namespace gan {
GAN_CPU_ISA_DECLARE(::gan::cpu::SparseProduct<float> sparse_product_f32())
GAN_CPU_ISA_DECLARE(::gan::cpu::SparseProduct<double> sparse_product_f64())
namespace {
template <class T>
cpu::SparseProduct<T> sparse_product() {
  if constexpr (std::is_same_v<T, float>) {
    GAN_CPU_ISA_CALL(sparse_product_f32())
  } else {
    GAN_CPU_ISA_CALL(sparse_product_f64())
  }
}
}  // namespace

namespace cpu {
namespace {

/// The matrix of an axis, or its transpose, without its zeros.
template <class T>
class Matrix {
 public:
  Matrix(const ResampleAxis& axis, bool transposed)
      : rows_(transposed ? axis.in : axis.out), columns_(transposed ? axis.out : axis.in) {
    // Counts, then places: entries of a row of the transpose come in the order of outputs.
    start_.assign(static_cast<std::size_t>(rows_ + 2), 0);
    for_entries(axis, transposed, [&](i64 row, i64, T) { ++start_[static_cast<std::size_t>(row + 2)]; });
    for (std::size_t i = 2; i < start_.size(); ++i) start_[i] += start_[i - 1];
    column_.resize(static_cast<std::size_t>(start_.back()));
    weight_.resize(column_.size());
    for_entries(axis, transposed, [&](i64 row, i64 column, T weight) {
      const auto k = static_cast<std::size_t>(start_[static_cast<std::size_t>(row + 1)]++);
      column_[k] = column;
      weight_[k] = weight;
    });
  }
  SparseRows<T> view() const { return {rows_, columns_, start_.data(), column_.data(), weight_.data()}; }

 private:
  template <class F>
  static void for_entries(const ResampleAxis& axis, bool transposed, F f) {
    for (i64 o = 0; o < axis.out; ++o)
      for (i64 j = 0; j < axis.taps; ++j) {
        const T weight = static_cast<T>(axis.weight[o * axis.taps + j]);
        const i64 i = axis.first[o] + j;
        if (weight != T(0)) f(transposed ? i : o, transposed ? o : i, weight);
      }
  }

  i64 rows_, columns_;
  std::vector<i64> start_, column_;
  std::vector<T> weight_;
};

template <class T>
void multiply(const ResampleAxis& axis, bool transposed, i64 outer, i64 inner, const T* x, T* y) {
  constexpr i64 together = 16;  // short lines are taken side by side in vectors, of at most so many
  const Matrix<T> matrix(axis, transposed);
  const SparseRows<T> m = matrix.view();
  const i64 line = m.rows * inner + 1, grain = inner < together ? together * (1 + 4096 / line) : 1 + 65536 / line;
  parallel_for(outer, grain, [&](i64 begin, i64 end) {
    sparse_product<T>()(m, end - begin, inner, x + begin * m.columns * inner, y + begin * m.rows * inner);
  });
}

}  // namespace

template <class T>
void resample(const ResampleAxis& axis, i64 outer, i64 inner, const T* x, T* y) {
  multiply(axis, false, outer, inner, x, y);
}

template <class T>
void resample_adjoint(const ResampleAxis& axis, i64 outer, i64 inner, const T* y, T* x) {
  multiply(axis, true, outer, inner, y, x);
}

GAN_KERNEL(resample)
GAN_KERNEL(resample_adjoint)

}  // namespace cpu
}  // namespace gan
