// Matrix products with the BLAS that the build found: OpenBLAS, Eigen or none.
#include "src/cpu/products.hpp"

#include <algorithm>

#if defined(GAN_BLAS_OPENBLAS)
#include <cblas.h>
#elif defined(GAN_BLAS_EIGEN)
#include <Eigen/Core>
#endif

#include "gan/core/parallel.hpp"
#include "src/cpu/finish.hpp"

#if defined(GAN_BLAS_OPENBLAS)
// Not declared in every distribution's header; weak, since a plain reference CBLAS does not have it.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);
#endif

namespace gan::cpu {

#if defined(GAN_BLAS_OPENBLAS) || defined(GAN_BLAS_EIGEN)

namespace {

/// A block of c = op(a) * op(b); lda, ldb and ldc are the row pitches of the arrays as stored.
struct Block {
  i64 m, n, k;
  bool transpose_a, transpose_b;
  i64 lda, ldb, ldc;
  bool accumulate;
};

#if defined(GAN_BLAS_OPENBLAS)

constexpr const char* name = "openblas";

CBLAS_TRANSPOSE transposed(bool yes) { return yes ? CblasTrans : CblasNoTrans; }
blasint narrow(i64 extent) { return static_cast<blasint>(extent); }

void product(const Block& s, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, transposed(s.transpose_a), transposed(s.transpose_b), narrow(s.m), narrow(s.n),
              narrow(s.k), 1.0f, a, narrow(s.lda), b, narrow(s.ldb), s.accumulate ? 1.0f : 0.0f, c, narrow(s.ldc));
}
void product(const Block& s, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, transposed(s.transpose_a), transposed(s.transpose_b), narrow(s.m), narrow(s.n),
              narrow(s.k), 1.0, a, narrow(s.lda), b, narrow(s.ldb), s.accumulate ? 1.0 : 0.0, c, narrow(s.ldc));
}

/// Limits the BLAS to one thread, since the threads of the pool call it.
void prepare() {
  static const bool once = [] {
    if (openblas_set_num_threads) openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(once);
}

#else

constexpr const char* name = "eigen";

void prepare() {}

template <class T>
void product(const Block& s, const T* a, const T* b, T* c) {
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Pitch = Eigen::OuterStride<>;
  using View = Eigen::Map<const Matrix, Eigen::Unaligned, Pitch>;
  Eigen::Map<Matrix, Eigen::Unaligned, Pitch> y(c, s.m, s.n, Pitch(s.ldc));
  const View u(a, s.transpose_a ? s.k : s.m, s.transpose_a ? s.m : s.k, Pitch(s.lda));
  const View v(b, s.transpose_b ? s.n : s.k, s.transpose_b ? s.k : s.n, Pitch(s.ldb));
  if (!s.accumulate) y.setZero();
  if (s.transpose_a && s.transpose_b)
    y.noalias() += u.transpose() * v.transpose();
  else if (s.transpose_a)
    y.noalias() += u.transpose() * v;
  else if (s.transpose_b)
    y.noalias() += u * v.transpose();
  else
    y.noalias() += u * v;
}

#endif

/// c is split into blocks of fixed size, since a BLAS may sum in a different order for a different shape. The size of
/// the pool then only decides which thread computes a block.
constexpr i64 block_rows = 128, block_columns = 256;

}  // namespace

const char* blas_name() { return name; }

template <class T>
void blas_gemm(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (s.m == 0 || s.n == 0) return;
  prepare();
  const i64 lda = s.transpose_a ? s.m : s.k, ldb = s.transpose_b ? s.k : s.n;
  const i64 rows = (s.m + block_rows - 1) / block_rows, columns = (s.n + block_columns - 1) / block_columns;
  parallel_for(rows * columns, 1, [&](i64 begin, i64 end) {
    for (i64 block = begin; block < end; ++block) {
      const i64 i = block / columns * block_rows, j = block % columns * block_columns;
      const i64 m = std::min(block_rows, s.m - i), n = std::min(block_columns, s.n - j);
      T* to = c + i * s.n + j;
      if (s.k > 0)
        product({m, n, s.k, s.transpose_a, s.transpose_b, lda, ldb, s.n, s.accumulate},
                a + (s.transpose_a ? i : i * lda), b + (s.transpose_b ? j * ldb : j), to);
      else if (!s.accumulate)
        for (i64 r = 0; r < m; ++r) std::fill_n(to + r * s.n, n, T(0));
      for (i64 r = 0; r < m; ++r)
        for (i64 q = 0; q < n; ++q) to[r * s.n + q] = finish(to[r * s.n + q], j + q, epilogue);
    }
  });
}

#else

const char* blas_name() { return nullptr; }

template <class T>
void blas_gemm(const GemmShape&, const T*, const T*, T*, const Epilogue<T>&) {}

#endif

template void blas_gemm<float>(const GemmShape&, const float*, const float*, float*, const Epilogue<float>&);
template void blas_gemm<double>(const GemmShape&, const double*, const double*, double*, const Epilogue<double>&);

}  // namespace gan::cpu
