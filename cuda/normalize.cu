// Batch normalisation, and the gradients of bias and activation: sums over rows (reduce.hpp), and maps with constants
// for each column. Elements moved per element of x, besides the partial sums:
//   batch_statistics     reads 2 (x twice)
//   scale_shift          reads 1, writes 1
//   batch_norm_backward  reads 2 twice, or 3 twice with an activation, writes 1
//   epilogue_backward    reads 1, or 2 with an activation, writes 1
#include "cuda/reduce.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// Calls map.store(i, column, input) for each element of x(rows, columns), distributed as in a sum over rows; map has
/// the members of a Term (reduce.hpp), with store in place of add.
template <class Map>
__global__ void map_rows_kernel(SumPlan p, Map map) {
  const SumPlace at(p);
  if (!at.inside) return;
  const auto column = map.column(at.column);
  for_share(p, at, map, [&](int, i64 i, const typename Map::Input& input) { map.store(i, column, input); });
}
template <class Map>
void map_rows(const char* op, i64 rows, i64 columns, const Map& map) {
  if (rows == 0 || columns == 0) return;
  const SumPlan plan(1, rows, columns);
  launch(op, plan.grid(), dim3(sum_threads), map_rows_kernel<Map>, plan, map);
}

// ---- statistics ----------------------------------------------------------------------------------------------------

template <class T>
struct SquareAbout {
  const T *x, *mean;
  using Input = T;
  __device__ T column(i64 c) const { return mean[c]; }
  __device__ T load(i64 i) const { return x[i]; }
  __device__ void add(i64, T middle, T value, T (&sum)[1]) const {
    const T d = value - middle;
    sum[0] += d * d;
  }
};

template <class T>
struct StoreMean {
  double n;
  T* y;
  __device__ void operator()(i64 c, const double (&total)[1]) const { y[c] = static_cast<T>(total[0] / n); }
};

/// Whether a derivative depends on the activation's output; if not, the output may be absent.
template <class Gradient>
constexpr bool reads_output = !std::is_same_v<Gradient, functor::IdentityGradient>;

// ---- forward -------------------------------------------------------------------------------------------------------

template <class T, class F>
struct ScaleShift {
  const T *x, *scale, *shift;
  T* y;
  F activation;
  struct Column {
    T scale, shift;
  };
  using Input = T;
  __device__ Column column(i64 c) const { return {scale[c], shift[c]}; }
  __device__ T load(i64 i) const { return x[i]; }
  __device__ void store(i64 i, const Column& of, T value) const { y[i] = activation(value * of.scale + of.shift); }
};

// ---- backward of batch normalisation -------------------------------------------------------------------------------

/// g, x and, if the derivative needs it, y; otherwise T(0) in place of y.
template <class T, class G>
struct GradientInput {
  const T *g, *x, *y;
  G gradient;
  struct Input {
    T g, x, y;
  };
  __device__ Input load(i64 i) const {
    if constexpr (reads_output<G>) return {g[i], x[i], y[i]};
    return {g[i], x[i], T(0)};
  }
};

/// Sums gz and gz (x - mean).
template <class T, class G>
struct NormSums : GradientInput<T, G> {
  const T* mean;
  using typename GradientInput<T, G>::Input;
  __device__ T column(i64 c) const { return mean[c]; }
  __device__ void add(i64, T middle, const Input& in, T (&sums)[2]) const {
    const T z = this->gradient(in.g, in.y);
    sums[0] += z;
    sums[1] += z * (in.x - middle);
  }
};

/// gx = gamma rstd (gz - mean(gz) - xhat mean(gz xhat)), as a gz + b (x - mean) + d.
template <class T>
struct NormColumn {
  T a, b, d, mean;
};
template <class T>
struct NormFinish {
  double n;
  const T *mean, *rstd, *gamma;
  T *ggamma, *gbeta;
  NormColumn<T>* columns;
  __device__ void operator()(i64 c, const double (&total)[2]) const {
    const double r = static_cast<double>(rstd[c]), a = static_cast<double>(gamma[c]) * r;
    const T gg = static_cast<T>(total[1] * r), gb = static_cast<T>(total[0]);
    ggamma[c] = gg;
    gbeta[c] = gb;
    columns[c] = {static_cast<T>(a), static_cast<T>(-a * r * static_cast<double>(gg) / n),
                  static_cast<T>(-a * static_cast<double>(gb) / n), mean[c]};
  }
};
template <class T, class G>
struct NormApply : GradientInput<T, G> {
  const NormColumn<T>* columns;
  T* gx;
  using typename GradientInput<T, G>::Input;
  __device__ NormColumn<T> column(i64 c) const { return columns[c]; }
  __device__ void store(i64 i, const NormColumn<T>& of, const Input& in) const {
    gx[i] = of.a * this->gradient(in.g, in.y) + of.b * (in.x - of.mean) + of.d;
  }
};

// ---- backward of bias and activation -------------------------------------------------------------------------------

template <class T, class G>
__global__ void gradient_kernel(i64 n, const T* g, const T* y, G gradient, T* gz) {
  GAN_CUDA_FOR(i, n) {
    if constexpr (reads_output<G>)
      gz[i] = gradient(g[i], y[i]);
    else
      gz[i] = g[i];
  }
}

/// Stores gz, if requested, and sums it.
template <class T, class G>
struct GradientSum {
  const T *g, *y;
  G gradient;
  T* gz;
  struct Input {
    T g, y;
  };
  __device__ NoColumn column(i64) const { return {}; }
  __device__ Input load(i64 i) const {
    if constexpr (reads_output<G>) return {g[i], y[i]};
    return {g[i], T(0)};
  }
  __device__ void add(i64 i, NoColumn, const Input& in, T (&sum)[1]) const {
    const T z = gradient(in.g, in.y);
    if (gz != nullptr) gz[i] = z;
    sum[0] += z;
  }
};
}  // namespace

template <class T>
void batch_statistics(i64 rows, i64 channels, const T* x, T* mean, T* variance) {
  const double n = static_cast<double>(rows);
  sum_middle<1, T>("batch_norm", 1, rows, channels, Element<T>{x}, StoreMean<T>{n, mean});
  sum_middle<1, T>("batch_norm", 1, rows, channels, SquareAbout<T>{x, mean}, StoreMean<T>{n, variance});
}

template <class T>
void scale_shift(i64 rows, i64 channels, const T* x, const T* scale, const T* shift, T* y, Activation activation,
                 T slope) {
  with_activation(activation, static_cast<double>(slope), [&]<class F>(F f, auto) {
    map_rows("batch_norm", rows, channels, ScaleShift<T, F>{x, scale, shift, y, f});
  });
}

template <class T>
void batch_norm_backward(i64 rows, i64 channels, const T* g, const T* x, const T* y, const T* mean, const T* rstd,
                         const T* gamma, Activation activation, T slope, T* gx, T* ggamma, T* gbeta) {
  const Scratch<NormColumn<T>> columns(channels);
  const NormFinish<T> finish{static_cast<double>(rows), mean, rstd, gamma, ggamma, gbeta, columns.data()};
  with_activation(activation, static_cast<double>(slope), [&]<class G>(auto, G f) {
    const GradientInput<T, G> input{g, x, y, f};
    sum_middle<2, T>("batch_norm_backward", 1, rows, channels, NormSums<T, G>{input, mean}, finish);
    map_rows("batch_norm_backward", rows, channels, NormApply<T, G>{input, columns.data(), gx});
  });
}

template <class T>
void epilogue_backward(i64 rows, i64 columns, const T* g, const T* y, Activation activation, T slope, T* gz,
                       T* bias_gradient) {
  with_activation(activation, static_cast<double>(slope), [&]<class G>(auto, G f) {
    if (bias_gradient != nullptr)
      sum_middle<1, T>("epilogue_backward", 1, rows, columns, GradientSum<T, G>{g, y, f, gz},
                       StoreSum<T>{bias_gradient});
    else if (gz != nullptr && (reads_output<G> || gz != g))
      launch("epilogue_backward", rows * columns, gradient_kernel<T, G>, rows * columns, g, y, f, gz);
  });
}

GAN_KERNEL(batch_statistics)
GAN_KERNEL(scale_shift)
GAN_KERNEL(batch_norm_backward)
GAN_KERNEL(epilogue_backward)

}  // namespace gan::cuda
