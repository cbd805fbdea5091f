// Which implementation computes a product: a pure function of operation, shape and instruction set, so that the same
// program gives the same bits. benchmarks/kernels.cpp times all of them.
#include "src/cpu/products.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

#include "gan/core/error.hpp"
#include "gan/core/parallel.hpp"
#include "src/cpu/isa/tables.hpp"

namespace gan::cpu {
namespace {

template <class T>
const ProductTable<T>& table_of([[maybe_unused]] Isa isa) {
  constexpr bool is_float = sizeof(T) == sizeof(float);
#if defined(__x86_64__)
  if constexpr (is_float)
    return isa == Isa::v4 ? v4::products_f32 : (isa == Isa::v3 ? v3::products_f32 : v2::products_f32);
  else
    return isa == Isa::v4 ? v4::products_f64 : (isa == Isa::v3 ? v3::products_f64 : v2::products_f64);
#else
  if constexpr (is_float)
    return base::products_f32;
  else
    return base::products_f64;
#endif
}

template <class Shape>
bool any(const Shape&) {
  return true;
}

/// The lists of one instruction set.
template <class T>
struct Implementations {
  GemmImplementation<T> gemm[3];
  std::size_t gemm_count = 0;
  ConvImplementation<T> conv[4];

  explicit Implementations(Isa isa) {
    const ProductTable<T>& t = table_of<T>(isa);
    gemm[gemm_count++] = {"packed", any<GemmShape>, t.gemm};
    if (blas_name()) gemm[gemm_count++] = {blas_name(), any<GemmShape>, blas_gemm<T>};
    gemm[gemm_count++] = {"reference", any<GemmShape>, reference_gemm<T>};
    conv[0] = {"gemm", conv_is_gemm, t.gemm_conv, t.gemm_conv_input, t.gemm_conv_weight};
    conv[1] = {"thin", conv_is_thin, t.thin_conv, t.thin_conv_input, t.thin_conv_weight};
    conv[2] = {"direct", any<ConvShape>, t.conv, t.conv_input, t.conv_weight};
    conv[3] = {"reference", any<ConvShape>, reference_conv<T>, reference_conv_input<T>, reference_conv_weight<T>};
  }
};

template <class T>
const Implementations<T>& implementations(Isa isa) {
  static const Implementations<T> all[] = {Implementations<T>(Isa::base), Implementations<T>(Isa::v2),
                                           Implementations<T>(Isa::v3), Implementations<T>(Isa::v4)};
  return all[static_cast<int>(isa)];
}

/// The first implementation that has `operation` and supports the shape; `forced` goes before all.
template <class Implementation, class Shape, class Operation>
Operation choose(std::span<const Implementation> list, const char* forced, const Shape& shape,
                 Operation Implementation::*operation) {
  if (forced)
    for (const Implementation& i : list)
      if (std::strcmp(i.name, forced) == 0 && i.*operation && i.supports(shape)) return i.*operation;
  for (const Implementation& i : list)
    if (i.*operation && i.supports(shape)) return i.*operation;
  return list.back().*operation;
}

/// The value of an environment variable, which must name an implementation of the list; null when it is not set.
template <class Implementation>
const char* forced(const char* variable, std::span<const Implementation> list) {
  const char* const name = std::getenv(variable);
  if (name == nullptr) return nullptr;
  std::string known;
  for (const Implementation& i : list) {
    if (std::strcmp(i.name, name) == 0) return name;
    known += std::string(known.empty() ? "" : ", ") + i.name;
  }
  throw ValueError(std::string("[products] ") + variable + "=" + name + " names no implementation; there are " + known);
}

template <class T>
const char* forced_gemm() {
  static const char* const name = forced("GAN_GEMM", gemm_implementations<T>());
  return name;
}
template <class T>
const char* forced_conv() {
  static const char* const name = forced("GAN_CONV", conv_implementations<T>());
  return name;
}

/// Waking the other threads would take longer than the convolution: under half a million multiplications.
bool is_small(const ConvShape& s) {
  return s.n * s.oh * s.ow * s.o * s.kh * s.kw * (s.c / s.groups) < (i64{1} << 19);
}

}  // namespace

bool conv_is_gemm(const ConvShape& s) {
  if (s.groups != 1 || s.pad_top != 0 || s.pad_left != 0) return false;
  const bool pointwise = s.kh == 1 && s.kw == 1 && s.stride_h == 1 && s.stride_w == 1 && s.oh == s.h && s.ow == s.w;
  const bool whole_image =
      s.kh == s.h && s.kw == s.w && s.oh == 1 && s.ow == 1 && s.dilation_h == 1 && s.dilation_w == 1;
  return pointwise || whole_image;
}

bool conv_is_thin(const ConvShape& s) {
  return s.groups == 1 && s.dilation_h == 1 && s.dilation_w == 1 && s.c < 8 && s.kh * s.kw * s.c <= 64;
}

template <class T>
std::span<const GemmImplementation<T>> gemm_implementations(Isa isa) {
  const Implementations<T>& all = implementations<T>(isa);
  return {all.gemm, all.gemm_count};
}
template <class T>
std::span<const ConvImplementation<T>> conv_implementations(Isa isa) {
  return implementations<T>(isa).conv;
}

template <class T>
void gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  choose(gemm_implementations<T>(), forced_gemm<T>(), shape, &GemmImplementation<T>::gemm)(shape, a, b, c, epilogue);
}
template <class T>
void conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  const Serial small(is_small(shape));
  choose(conv_implementations<T>(), forced_conv<T>(), shape, &ConvImplementation<T>::conv)(shape, x, w, y, epilogue);
}
template <class T>
void conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  const Serial small(is_small(shape));
  choose(conv_implementations<T>(), forced_conv<T>(), shape, &ConvImplementation<T>::conv_input)(shape, y, w, x, epilogue);
}
template <class T>
void conv_weight(const ConvShape& shape, const T* y, const T* x, T* w) {
  const Serial small(is_small(shape));
  choose(conv_implementations<T>(), forced_conv<T>(), shape, &ConvImplementation<T>::conv_weight)(shape, y, x, w);
}

// Explicit instantiation of everything that other files call.
#define GAN_INSTANTIATE(T)                                                                   \
  template std::span<const GemmImplementation<T>> gemm_implementations<T>(Isa);              \
  template std::span<const ConvImplementation<T>> conv_implementations<T>(Isa);              \
  template void gemm<T>(const GemmShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void conv_weight<T>(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE

}  // namespace gan::cpu
