// Matrix products and convolutions on the CPU: the entries of Kernels<T>, and the implementations behind them.
#pragma once

#include <span>

#include "gan/backend/kernels.hpp"
#include "src/cpu/isa.hpp"

namespace gan::cpu {

// The entries of the kernel table, for float and double. Each uses the first implementation in its list that supports
// the shape and pays for it, unless another one was measured to be faster (choices.cpp) or is named by the environment
// variable GAN_CONV or GAN_GEMM (read once) and supports the shape.
template <class T>
void gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue);
template <class T>
void conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue);
template <class T>
void conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue);
template <class T>
void conv_weight(const ConvShape& shape, const T* y, const T* x, T* w);

template <class T>
struct GemmImplementation {
  const char* name;
  bool (*supports)(const GemmShape&);
  void (*gemm)(const GemmShape&, const T* a, const T* b, T* c, const Epilogue<T>&);
};

/// The convolution and its adjoints in the image and in the filters.
enum class ConvOperation { conv, conv_input, conv_weight };

/// An implementation of convolutions. A null operation is left to the implementations after it.
template <class T>
struct ConvImplementation {
  const char* name;
  bool (*supports)(const ConvShape&);
  bool (*pays)(ConvOperation, const ConvShape&);  ///< whether to prefer it to the later ones for a supported shape
  void (*conv)(const ConvShape&, const T* x, const T* w, T* y, const Epilogue<T>&);
  void (*conv_input)(const ConvShape&, const T* y, const T* w, T* x, const Epilogue<T>&);
  void (*conv_weight)(const ConvShape&, const T* y, const T* x, T* w);
};

/// The implementations in order of preference; the last, "reference", supports every shape. `isa` must not exceed
/// best_isa().
template <class T>
std::span<const GemmImplementation<T>> gemm_implementations(Isa isa = cpu::isa());
template <class T>
std::span<const ConvImplementation<T>> conv_implementations(Isa isa = cpu::isa());

/// The name of the implementation that conv, conv_input or conv_weight uses.
template <class T>
const char* chosen(ConvOperation operation, const ConvShape& shape);

/// The implementation that was measured to be the fastest for this shape in float, if it is not the first one that
/// pays; otherwise null. Defined in choices.cpp; independent of the number of threads, which must not change bits.
const char* measured_choice(ConvOperation operation, const ConvShape& shape, Isa isa);

/// Whether the operation is a matrix product of its arrays as they are stored: 1 x 1 filters, or filters as large as
/// the image.
bool conv_is_gemm(const ConvShape& shape);
/// Whether the image has so few channels that panels of channels would be mostly padding.
bool conv_is_thin(const ConvShape& shape);
/// Whether each channel is a group of its own, with one filter.
bool conv_is_depthwise(const ConvShape& shape);
/// The same for the output channels of a convolution of stride 1.
bool conv_is_flip(const ConvShape& shape);
/// Whether the stride is 1 or 2 and the filter has two to four taps per step of the stride along each axis.
bool conv_is_winograd(const ConvShape& shape);
// Products with bf16 factors, if the mode allows them: matrix products with more than a few columns, and the
// convolutions of conv_is_winograd whose channels fill whole vectors.
bool gemm_is_bf16(const GemmShape& shape);
bool conv_is_winograd_bf16(const ConvShape& shape);
// Whether to prefer these to "direct" for a shape that they support. "direct" reads long lines of thin patches just as
// well; Winograd's transforms must cost less than the multiplications that they save.
bool thin_pays(ConvOperation operation, const ConvShape& shape);
bool flip_pays(ConvOperation operation, const ConvShape& shape);
bool winograd_pays(ConvOperation operation, const ConvShape& shape);

// Plain loops with sums in double, for any shape: the reference that the others are tested against.
template <class T>
void reference_gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue);
template <class T>
void reference_conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue);
template <class T>
void reference_conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue);
template <class T>
void reference_conv_weight(const ConvShape& shape, const T* y, const T* x, T* w);

// One group after the other, as convolutions of arrays of their own.
template <class T>
void groups_conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue);
template <class T>
void groups_conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue);
template <class T>
void groups_conv_weight(const ConvShape& shape, const T* y, const T* x, T* w);

// Patches as rows of a matrix, multiplied by the BLAS; groups are not supported.
template <class T>
void im2col_conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue);
template <class T>
void im2col_conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue);
template <class T>
void im2col_conv_weight(const ConvShape& shape, const T* y, const T* x, T* w);

/// The name of the BLAS in this build ("openblas", "eigen"), or null if there is none and blas_gemm must not be called.
const char* blas_name();
template <class T>
void blas_gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue);

}  // namespace gan::cpu
