// The elementwise functors of ops/, as CUDA kernels.
#define GAN_MAPS_FOR_CUDA
#include "gan/backend/cuda.cuh"

#define GAN_CUDA_MAP1_FOR(F, T) GAN_CUDA_MAP1_SIGNATURE(F, T) { cuda::map(f, op, device, n, x, y); }
#define GAN_CUDA_MAP2_FOR(F, T) GAN_CUDA_MAP2_SIGNATURE(F, T) { cuda::map(f, op, device, plan, a, b, y); }
#define GAN_CUDA_MAP1(F) GAN_CUDA_MAP1_FOR(F, float) GAN_CUDA_MAP1_FOR(F, double)
#define GAN_CUDA_MAP2(F) GAN_CUDA_MAP2_FOR(F, float) GAN_CUDA_MAP2_FOR(F, double)
#include "gan/ops/activation.hpp"
#include "gan/ops/indexing_functors.hpp"
