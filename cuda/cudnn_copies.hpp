// For cudnn.cu: copies of arrays to another type, and of images to another frame. Each reads and writes its arrays
// once; with bf16 on one side, that is 6 bytes per element instead of 8.
#pragma once

#include <cuda_bf16.h>

#include <type_traits>

#include "gan/backend/cuda.cuh"

namespace gan::cuda {

template <class To, class From>
__device__ inline To convert(From x) {
  if constexpr (std::is_same_v<To, From>)
    return x;
  else if constexpr (std::is_same_v<To, __nv_bfloat16>)
    return __float2bfloat16(x);
  else
    return __bfloat162float(x);
}

template <class From, class To>
__global__ void cast_kernel(i64 n, const From* from, To* to) {
  GAN_CUDA_FOR(i, n) to[i] = convert<To>(from[i]);
}

/// to[i] = from[i] for n elements.
template <class From, class To>
void cast(const char* op, i64 n, const From* from, To* to) {
  launch(op, n, cast_kernel<From, To>, n, from, to);
}

/// to(n, to_h, to_w, c) = from(n, from_h, from_w, c) moved down by `top` and right by `left`, which may be negative.
/// Pixels that fall outside are cut off; the rest is filled with zeros.
struct ImageCopy {
  i64 n, c, from_h, from_w, to_h, to_w, top, left;
};

/// Neighbouring threads work along a row of an image, which is contiguous with its channels; blocks work on rows.
template <class From, class To>
__global__ void copy_images_kernel(ImageCopy s, const From* from, To* to) {
  const i64 from_width = s.from_w * s.c, to_width = s.to_w * s.c, left = s.left * s.c;
  for (i64 row = static_cast<i64>(blockIdx.y) * blockDim.y + threadIdx.y; row < s.n * s.to_h;
       row += static_cast<i64>(gridDim.y) * blockDim.y) {
    const i64 r = row % s.to_h - s.top, start = (row / s.to_h * s.from_h + r) * from_width;
    const bool inside = r >= 0 && r < s.from_h;
    for (i64 j = static_cast<i64>(blockIdx.x) * blockDim.x + threadIdx.x; j < to_width;
         j += static_cast<i64>(gridDim.x) * blockDim.x) {
      To value{};
      if (inside && j >= left && j - left < from_width) value = convert<To>(from[start + j - left]);
      to[row * to_width + j] = value;
    }
  }
}

template <class From, class To>
void copy_images(const char* op, const ImageCopy& s, const From* from, To* to) {
  const i64 rows = s.n * s.to_h, width = s.to_w * s.c;
  if (rows == 0 || width == 0) return;
  constexpr i64 across = 32, down = 8, most_across = 16, most_down = 2048;
  const dim3 blocks(static_cast<unsigned>(std::min((width + across - 1) / across, most_across)),
                    static_cast<unsigned>(std::min((rows + down - 1) / down, most_down)));
  launch(op, blocks, dim3(across, down), copy_images_kernel<From, To>, s, from, to);
}

}  // namespace gan::cuda
