// Convolutions that are matrix products as they stand: 1 x 1 filters, and filters that cover the whole image (the first
// layer of a DCGAN generator, the last of its discriminator).
#pragma once

#include "src/cpu/isa/gemm.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

/// y(rows, o) = x(rows, depth) * w(o, depth)^T for the shapes that conv_is_gemm (src/cpu/products.hpp) accepts.
struct ConvMatrix {
  i64 rows, depth;
};
GAN_INLINE ConvMatrix conv_matrix(const ConvShape& s) { return {s.n * s.oh * s.ow, s.kh * s.kw * s.c}; }

template <class T>
void gemm_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  const ConvMatrix q = conv_matrix(s);
  gemm({q.rows, s.o, q.depth, false, true}, x, w, y, epilogue);
}

template <class T>
void gemm_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  const ConvMatrix q = conv_matrix(s);
  Epilogue<T> repeated = epilogue;
  if (epilogue.bias && s.kh * s.kw > 1) {  // a row of the product is a whole image: c channels at each pixel
    T* bias = scratch_of<T>(extra_slot, q.depth);
    for (i64 i = 0; i < q.depth; ++i) bias[i] = epilogue.bias[i % s.c];
    repeated.bias = bias;
  }
  gemm({q.rows, q.depth, s.o, false, false}, y, w, x, repeated);
}

template <class T>
void gemm_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const ConvMatrix q = conv_matrix(s);
  gemm({s.o, q.depth, q.rows, true, false}, y, x, w, Epilogue<T>{});
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
