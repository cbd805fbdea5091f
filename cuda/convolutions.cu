// The entries for convolutions: a matrix product if the convolution is one, else cuDNN, with bias and activation in a
// second pass that reads and writes the output once, else the plain loops. The choice is a function of the shape alone.
// The environment variable GAN_CONV=reference (read once) always selects the plain loops; the CPU's other names have no
// effect here.
#include "cuda/convolutions.hpp"

#include <cstdlib>
#include <cstring>

#include "cuda/products.hpp"
#include "cuda/rows.hpp"
#include "src/backend/entries.hpp"

namespace gan::cuda {
namespace {

bool reference_is_forced() {
  static const bool forced = [] {
    const char* const name = std::getenv("GAN_CONV");
    return name != nullptr && std::strcmp(name, "reference") == 0;
  }();
  return forced;
}

/// Whether there is nothing to sum or nothing to write; the plain loops handle that.
bool is_empty(const ConvShape& s) { return s.n * s.h * s.w * s.c == 0 || s.oh * s.ow * s.o == 0 || s.kh * s.kw == 0; }

bool plain(const ConvShape& s) { return reference_is_forced() || is_empty(s); }

/// The sizes of a convolution that is a matrix product (rows, depth) -> (rows, o): with 1 x 1 filters a row is a pixel,
/// with filters as large as the image it is an image.
struct Product {
  i64 rows, depth;
  explicit Product(const ConvShape& s) : rows(s.n * s.oh * s.ow), depth(s.kh * s.kw * s.c) {}
};

}  // namespace

template <class T>
void conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  if (plain(s)) return reference_conv(s, x, w, y, epilogue);
  if (cpu::conv_is_gemm(s)) {
    const Product p(s);
    return gemm({p.rows, s.o, p.depth, false, true, false, s.math}, x, w, y, epilogue);
  }
  if (!cudnn_convolution(ConvOperation::conv, s, const_cast<T*>(x), const_cast<T*>(w), y))
    return reference_conv(s, x, w, y, epilogue);
  apply_epilogue(s.n * s.oh * s.ow, s.o, y, epilogue);
}

template <class T>
void conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  if (plain(s)) return reference_conv_input(s, y, w, x, epilogue);
  if (cpu::conv_is_gemm(s)) {
    const Product p(s);
    gemm({p.rows, p.depth, s.o, false, false, false, s.math}, y, w, x, Epilogue<T>{});
  } else if (!cudnn_convolution(ConvOperation::conv_input, s, x, const_cast<T*>(w), const_cast<T*>(y))) {
    return reference_conv_input(s, y, w, x, epilogue);
  }
  apply_epilogue(s.n * s.h * s.w, s.c, x, epilogue);
}

template <class T>
void conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  if (plain(s)) return reference_conv_weight(s, y, x, w);
  if (cpu::conv_is_gemm(s)) {
    const Product p(s);
    gemm({s.o, p.depth, p.rows, true, false, false, s.math}, y, x, w, Epilogue<T>{});
  } else if (!cudnn_convolution(ConvOperation::conv_weight, s, const_cast<T*>(x), w, const_cast<T*>(y))) {
    reference_conv_weight(s, y, x, w);
  }
}

GAN_KERNEL(conv)
GAN_KERNEL(conv_input)
GAN_KERNEL(conv_weight)

}  // namespace gan::cuda
