// Normalisation, and the gradients of bias and activation: sums over rows (reduce.hpp), and maps with constants for each
// column, over all images at once. Elements moved per element of x, besides the partial sums:
//   norm_statistics    reads 2 (x twice)
//   normalize          reads 1, writes 1
//   norm_backward      reads 2 twice, or 3 twice with an activation, writes 1
//   epilogue_backward  reads 1, or 2 with an activation, writes 1
#include "cuda/reduce.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

/// Calls map.store(i, column, input) for each element i of x(n, rows, columns), distributed as in a sum over rows; map
/// has the members of a Term (reduce.hpp), with store in place of add.
template <class Map>
__global__ void map_rows_kernel(SumPlan p, Map map) {
  const SumPlace at(p);
  if (!at.inside) return;
  const auto column = map.column(at.outer, at.column);
  for_share(p, at, map, [&](int, i64 i, const typename Map::Input& input) { map.store(i, column, input); });
}
template <class Map>
void map_rows(const char* op, const NormShape& s, const Map& map) {
  if (s.n == 0 || s.rows == 0 || s.channels == 0) return;
  const SumPlan plan(s.n, s.rows, s.channels);
  launch(op, plan.grid(), dim3(sum_threads), map_rows_kernel<Map>, plan, map);
}

/// Where the group of a channel of an image is in arrays(n, groups).
struct GroupIndex {
  i64 groups, width;
  explicit GroupIndex(const NormShape& s) : groups(s.groups), width(s.channels / std::max<i64>(s.groups, 1)) {}
  __device__ i64 operator()(i64 image, i64 channel) const { return image * groups + channel / width; }
};

// ---- statistics ----------------------------------------------------------------------------------------------------

template <class T>
struct SquareAbout {
  const T *x, *mean;
  GroupIndex group;
  using Input = T;
  __device__ T column(i64 image, i64 c) const { return mean[group(image, c)]; }
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

/// y(n, groups) = sums of a term over each group, divided by the group's size: by channels first where a group has
/// several.
template <class T, class Term>
void group_means(const NormShape& s, const Term& term, T* y) {
  const double size = static_cast<double>(s.rows * (s.channels / s.groups));
  const StoreMean<T> store{size, y};
  if (s.groups == s.channels) return sum_middle<1, T>("norm", s.n, s.rows, s.channels, term, store);
  const Scratch<T> by_channel(s.n * s.channels);
  sum_middle<1, T>("norm", s.n, s.rows, s.channels, term, StoreSum<T>{by_channel.data()});
  sum_middle<1, T>("norm", s.n * s.groups, s.channels / s.groups, 1, Element<T>{by_channel.data()}, store);
}

/// Whether a derivative depends on the activation's output; if not, the output may be absent.
template <class Gradient>
constexpr bool reads_output = !std::is_same_v<Gradient, functor::IdentityGradient>;

// ---- forward -------------------------------------------------------------------------------------------------------

template <class T, class F>
struct Normalize {
  const T *x, *mean, *rstd, *gamma, *beta;
  GroupIndex group;
  T* y;
  F activation;
  struct Column {
    T scale, shift;
  };
  using Input = T;
  __device__ Column column(i64 image, i64 c) const {
    const i64 at = group(image, c);
    const T scale = gamma[c] * rstd[at];
    return {scale, beta[c] - mean[at] * scale};
  }
  __device__ T load(i64 i) const { return x[i]; }
  __device__ void store(i64 i, const Column& of, T value) const { y[i] = activation(value * of.scale + of.shift); }
};

// ---- backward of normalisation -------------------------------------------------------------------------------------

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
  GroupIndex group;
  using typename GradientInput<T, G>::Input;
  __device__ T column(i64 image, i64 c) const { return mean[group(image, c)]; }
  __device__ void add(i64, T middle, const Input& in, T (&sums)[2]) const {
    const T z = this->gradient(in.g, in.y);
    sums[0] += z;
    sums[1] += z * (in.x - middle);
  }
};
/// Two arrays of sums.
template <class T>
struct Sums {
  T *gz, *gz_xhat;
};
/// Stores what NormSums adds up for each channel of each image, the second as the sum of gz xhat.
template <class T>
struct StoreNormSums {
  const T* rstd;
  GroupIndex group;
  i64 channels;
  Sums<T> to;
  __device__ void operator()(i64 i, const double (&total)[2]) const {
    to.gz[i] = static_cast<T>(total[0]);
    to.gz_xhat[i] = static_cast<T>(total[1] * static_cast<double>(rstd[group(i / channels, i % channels)]));
  }
};
template <class T>
struct StoreSums {
  Sums<T> to;
  __device__ void operator()(i64 i, const double (&total)[2]) const {
    to.gz[i] = static_cast<T>(total[0]);
    to.gz_xhat[i] = static_cast<T>(total[1]);
  }
};

/// Those sums, each times its channel's gamma unless gamma is null: of a group, and of a channel over all images.
template <class T>
struct SumsOf {
  Sums<T> from;
  const T* gamma;
  i64 channels;
  struct Input {
    T gz, gz_xhat, gamma;
  };
  __device__ NoColumn column(i64, i64) const { return {}; }
  __device__ Input load(i64 i) const {
    return {from.gz[i], from.gz_xhat[i], gamma == nullptr ? T(1) : gamma[i % channels]};
  }
  __device__ void add(i64, NoColumn, const Input& in, T (&total)[2]) const {
    total[0] += in.gamma * in.gz;
    total[1] += in.gamma * in.gz_xhat;
  }
};

/// gx = rstd (gz gamma - mean(gz gamma) - xhat mean(gz gamma xhat)), as a gz + b (x - mean) + d.
template <class T, class G>
struct NormApply : GradientInput<T, G> {
  const T *mean, *rstd, *gamma;
  Sums<T> sums;      ///< of each group
  bool times_gamma;  ///< whether these are of gz gamma
  double n;  ///< elements of a group
  GroupIndex group;
  T* gx;
  struct Column {
    T a, b, d, mean;
  };
  using typename GradientInput<T, G>::Input;
  __device__ Column column(i64 image, i64 c) const {
    const i64 at = group(image, c);
    const double r = static_cast<double>(rstd[at]), a = static_cast<double>(gamma[c]) * r;
    const double of_sum = (times_gamma ? r : a) / n;
    return {static_cast<T>(a), static_cast<T>(-of_sum * r * static_cast<double>(sums.gz_xhat[at])),
            static_cast<T>(-of_sum * static_cast<double>(sums.gz[at])), mean[at]};
  }
  __device__ void store(i64 i, const Column& of, const Input& in) const {
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
  __device__ NoColumn column(i64, i64) const { return {}; }
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
void norm_statistics(const NormShape& s, const T* x, T* mean, T* variance) {
  if (s.rows * s.channels == 0) return;
  NormShape v = s;
  if (v.rows == 1) v = {s.n * s.groups, s.channels / s.groups, 1, 1};  // a group is one run
  if (v.groups == 1) v = {v.n, v.rows * v.channels, 1, 1};
  group_means<T>(v, Element<T>{x}, mean);
  group_means<T>(v, SquareAbout<T>{x, mean, GroupIndex(v)}, variance);
}

template <class T>
void normalize(const NormShape& s, const T* x, const T* mean, const T* rstd, const T* gamma, const T* beta, T* y,
               Activation activation, T slope) {
  with_activation(activation, static_cast<double>(slope), [&]<class F>(F f, auto) {
    map_rows("norm", s, Normalize<T, F>{x, mean, rstd, gamma, beta, GroupIndex(s), y, f});
  });
}

template <class T>
void norm_backward(const NormShape& s, const T* g, const T* x, const T* y, const T* mean, const T* rstd, const T* gamma,
                   Activation activation, T slope, T* gx, T* ggamma, T* gbeta) {
  const char* const op = "norm_backward";
  const i64 channels = s.channels, size = s.n * channels, groups = s.n * s.groups;
  const GroupIndex group(s);
  const bool one = s.n == 1, alone = group.width == 1;  // what needs no sum over images, or over channels
  const Scratch<T> channel_sums(one ? 0 : 2 * size), group_sums(alone ? 0 : 2 * groups);
  const Sums<T> wanted{gbeta, ggamma};
  const Sums<T> of_channels = one ? wanted : Sums<T>{channel_sums.data(), channel_sums.data() + size};
  const Sums<T> of_groups = alone ? of_channels : Sums<T>{group_sums.data(), group_sums.data() + groups};
  with_activation(activation, static_cast<double>(slope), [&]<class G>(auto, G f) {
    const GradientInput<T, G> input{g, x, y, f};
    sum_middle<2, T>(op, s.n, s.rows, channels, NormSums<T, G>{input, mean, group},
                     StoreNormSums<T>{rstd, group, channels, of_channels});
    if (!alone)
      sum_middle<2, T>(op, groups, group.width, 1, SumsOf<T>{of_channels, gamma, channels}, StoreSums<T>{of_groups});
    map_rows(op, s, NormApply<T, G>{input, mean, rstd, gamma, of_groups, !alone,
                                    static_cast<double>(s.rows * group.width), group, gx});
  });
  if (!one) sum_middle<2, T>(op, 1, s.n, channels, SumsOf<T>{of_channels, nullptr, channels}, StoreSums<T>{wanted});
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

GAN_KERNEL(norm_statistics)
GAN_KERNEL(normalize)
GAN_KERNEL(norm_backward)
GAN_KERNEL(epilogue_backward)

}  // namespace gan::cuda
