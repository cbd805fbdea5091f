// What each object compiled for an instruction set exports: tables of functions, and nothing else.
#pragma once

#include "gan/backend/kernels.hpp"

namespace gan::cpu {

/// The matrix products and convolutions of one instruction set and scalar type.
template <class T>
struct ProductTable {
  using Gemm = void (*)(const GemmShape&, const T* a, const T* b, T* c, const Epilogue<T>&);
  using Conv = void (*)(const ConvShape&, const T* x, const T* w, T* y, const Epilogue<T>&);
  using ConvWeight = void (*)(const ConvShape&, const T* y, const T* x, T* w);

  Gemm gemm;
  /// Any shape.
  Conv conv, conv_input;
  ConvWeight conv_weight;
  /// Shapes for which conv_is_depthwise.
  Conv depthwise_conv, depthwise_conv_input;
  ConvWeight depthwise_conv_weight;
  /// Shapes for which conv_is_thin.
  Conv thin_conv, thin_conv_input;
  ConvWeight thin_conv_weight;
  /// Shapes for which conv_is_flip.
  Conv flip_conv, flip_conv_input;
  ConvWeight flip_conv_weight;
  /// Shapes for which conv_is_gemm.
  Conv gemm_conv, gemm_conv_input;
  ConvWeight gemm_conv_weight;
};

/// Convolutions for which conv_is_winograd: objects of their own, since they take a while to compile.
template <class T>
struct WinogradTable {
  typename ProductTable<T>::Conv conv, conv_input;
  typename ProductTable<T>::ConvWeight conv_weight;
};

// clang-format off
#if defined(__x86_64__)
namespace v2 { extern const ProductTable<float> products_f32; extern const ProductTable<double> products_f64;
               extern const WinogradTable<float> winograd_f32; extern const WinogradTable<double> winograd_f64; }
namespace v3 { extern const ProductTable<float> products_f32; extern const ProductTable<double> products_f64;
               extern const WinogradTable<float> winograd_f32; extern const WinogradTable<double> winograd_f64; }
namespace v4 { extern const ProductTable<float> products_f32; extern const ProductTable<double> products_f64;
               extern const WinogradTable<float> winograd_f32; extern const WinogradTable<double> winograd_f64; }
namespace v4_bf16 { extern const WinogradTable<float> winograd_bf16; extern const ProductTable<float>::Gemm gemm_bf16; }
#else
namespace base { extern const ProductTable<float> products_f32; extern const ProductTable<double> products_f64;
               extern const WinogradTable<float> winograd_f32; extern const WinogradTable<double> winograd_f64; }
#endif
// clang-format on

}  // namespace gan::cpu
