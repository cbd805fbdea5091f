// For the .cu files only: sums over the middle axis of x(outer, reduced, inner), in an order that the shape alone
// decides.
//
// A block of 256 threads is a box of width * height * depth threads over (inner, reduced, outer), each a power of two,
// so that neighbouring threads read neighbouring elements whatever the shape: 32 channels of 8 rows, 256 elements of
// one long row, 64 rows of 10 elements by 4 threads each. The reduced axis is split into parts until there are enough
// blocks for an H100's 132 multiprocessors; that number is used on every device, so that the order is the same. A
// thread adds up its share in T, four elements at a time into four sums. From there on everything is double: a tree in
// shared memory gives the block's sum, and a second launch adds the sums of the parts. A single part needs no second
// launch.
//
// Bytes moved: the input once, and 16 bytes per part and output. The partial sums are few enough to stay in the L2
// cache.
#pragma once

#include "cuda/scratch.hpp"
#include "gan/backend/cuda.cuh"

namespace gan::cuda {

constexpr int sum_threads = 256;
constexpr int sums_ahead = 4;  ///< elements that a thread loads before it uses the first of them

/// How x(outer, reduced, inner) is distributed over blocks and threads.
struct SumPlan {
  i64 outer, reduced, inner;
  int width = 1, height = 1, depth = 1;  ///< threads of a block along inner, reduced, outer
  i64 tiles;                             ///< blocks along inner
  i64 part, parts;                       ///< extent and number of the parts of the reduced axis

  SumPlan(i64 outer_, i64 reduced_, i64 inner_, int most_width = 32, i64 most_blocks = 8 * 132)
      : outer(outer_), reduced(reduced_), inner(inner_) {
    while (width < most_width && width < inner) width *= 2;
    while (width * height < sum_threads && sums_ahead * height < reduced) height *= 2;
    depth = sum_threads / (width * height);
    tiles = (inner + width - 1) / width;
    // A part has at least 16 elements per thread; otherwise summing up the block would be most of the work.
    const i64 long_enough = (reduced + 16 * height - 1) / (16 * height);
    const i64 wanted = std::clamp<i64>(most_blocks / columns_of_blocks(), 1, std::max<i64>(long_enough, 1));
    part = std::max<i64>((reduced + wanted - 1) / wanted, 1);
    parts = std::max<i64>((reduced + part - 1) / part, 1);
  }
  i64 columns_of_blocks() const { return tiles * ((outer + depth - 1) / depth); }
  dim3 grid() const { return dim3(static_cast<unsigned>(columns_of_blocks()), static_cast<unsigned>(parts)); }
};

/// A thread's position in a plan.
struct SumPlace {
  int row;            ///< index among the threads of one output
  i64 column, outer;  ///< indices of the output
  i64 begin, end;     ///< range of the part
  bool inside;        ///< false for threads beyond the edge

  __device__ explicit SumPlace(const SumPlan& p) {
    const int thread = static_cast<int>(threadIdx.x);
    const i64 block = blockIdx.x;
    row = thread / p.width % p.height;
    column = block % p.tiles * p.width + thread % p.width;
    outer = block / p.tiles * p.depth + thread / (p.width * p.height);
    begin = blockIdx.y * p.part;
    end = std::min(p.reduced, begin + p.part);
    inside = column < p.inner && outer < p.outer;
  }
};

/// Calls use(j, i, input) for each element i of the thread's share, with input = source.load(i) and j cycling through
/// 0 … 3. Four loads are issued before the first is used, whatever `use` stores.
template <class Source, class Use>
__device__ void for_share(const SumPlan& p, const SumPlace& at, const Source& source, Use use) {
  const i64 base = at.outer * p.reduced * p.inner + at.column;
  for (i64 r = at.begin + at.row; r < at.end; r += sums_ahead * p.height) {
    typename Source::Input input[sums_ahead] = {};
    for (int j = 0; j < sums_ahead; ++j)
      if (r + j * p.height < at.end) input[j] = source.load(base + (r + j * p.height) * p.inner);
    for (int j = 0; j < sums_ahead; ++j)
      if (r + j * p.height < at.end) use(j, base + (r + j * p.height) * p.inner, input[j]);
  }
}

/// Computes one part of n sums at once. A Term has
///   * Input, load(i): the values that it reads for element i;
///   * column(o, c): its constants for column c of outer index o, read once;
///   * add(i, column, input, sums): adds to n sums of T, and may write to element i of an array.
/// finish(output, totals) is called if the sums are complete, that is, if there is only one part.
template <int n, class T, class Term, class Finish>
__global__ void sum_kernel(SumPlan p, Term term, Finish finish, double* partial) {
  __shared__ double sums[n][sum_threads];
  const SumPlace at(p);
  T own[sums_ahead][n] = {};
  if (at.inside) {
    const auto column = term.column(at.outer, at.column);
    for_share(p, at, term,
              [&](int j, i64 i, const typename Term::Input& input) { term.add(i, column, input, own[j]); });
  }
  static_assert(sums_ahead == 4);
  for (int k = 0; k < n; ++k)
    sums[k][threadIdx.x] = (static_cast<double>(own[0][k]) + static_cast<double>(own[1][k])) +
                           (static_cast<double>(own[2][k]) + static_cast<double>(own[3][k]));
  for (int half = p.height / 2; half > 0; half /= 2) {
    __syncthreads();
    if (at.row < half)
      for (int k = 0; k < n; ++k) sums[k][threadIdx.x] += sums[k][static_cast<int>(threadIdx.x) + half * p.width];
  }
  if (!at.inside || at.row != 0) return;
  const i64 output = at.outer * p.inner + at.column, outputs = p.outer * p.inner;
  if (p.parts == 1) {
    double total[n];
    for (int k = 0; k < n; ++k) total[k] = sums[k][threadIdx.x];
    finish(output, total);
  } else {
    for (int k = 0; k < n; ++k) partial[(k * p.parts + blockIdx.y) * outputs + output] = sums[k][threadIdx.x];
  }
}

/// The column constants of a Term that needs none.
struct NoColumn {};

/// The elements themselves as a Term, and their sums as the result.
template <class T>
struct Element {
  const T* x;
  using Input = T;
  __device__ NoColumn column(i64, i64) const { return {}; }
  __device__ T load(i64 i) const { return x[i]; }
  __device__ void add(i64, NoColumn, T value, T (&sum)[1]) const { sum[0] += value; }
};
template <class T>
struct StoreSum {
  T* y;
  __device__ void operator()(i64 output, const double (&total)[1]) const { y[output] = static_cast<T>(total[0]); }
};

/// The sums of the parts as a Term: n arrays, `stride` apart.
template <int n>
struct PartialSums {
  const double* partial;
  i64 stride;
  struct Input {
    double value[n];
  };
  __device__ NoColumn column(i64, i64) const { return {}; }
  __device__ Input load(i64 i) const {
    Input input;
    for (int k = 0; k < n; ++k) input.value[k] = partial[k * stride + i];
    return input;
  }
  __device__ void add(i64, NoColumn, const Input& input, double (&sums)[n]) const {
    for (int k = 0; k < n; ++k) sums[k] += input.value[k];
  }
};

/// Calls finish(output, totals) once for each of outer * inner outputs; the sums are 0 if `reduced` is 0.
template <int n, class T, class Term, class Finish>
void sum_middle(const char* op, i64 outer, i64 reduced, i64 inner, const Term& term, const Finish& finish) {
  if (outer == 0 || inner == 0) return;
  const SumPlan first(outer, reduced, inner);
  const auto kernel = sum_kernel<n, T, Term, Finish>;
  if (first.parts == 1) return launch(op, first.grid(), dim3(sum_threads), kernel, first, term, finish, nullptr);
  const i64 outputs = outer * inner;
  const Scratch<double> partial(n * first.parts * outputs);
  launch(op, first.grid(), dim3(sum_threads), kernel, first, term, finish, partial.data());
  // Eight adjacent doubles fill two memory sectors; that leaves more threads to share the parts of an output.
  const SumPlan second(1, first.parts, outputs, 8, 1);
  launch(op, second.grid(), dim3(sum_threads), sum_kernel<n, double, PartialSums<n>, Finish>, second,
         PartialSums<n>{partial.data(), first.parts * outputs}, finish, nullptr);
}

}  // namespace gan::cuda
