// Chooses the implementation of a product: a pure function of operation, shape and instruction set, so that the same
// program gives the same bits. benchmarks/kernel_table times all implementations.
#include "src/cpu/products.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>

#include "gan/core/error.hpp"
#include "gan/core/parallel.hpp"
#include "src/backend/entries.hpp"
#include "src/cpu/isa/tables.hpp"

namespace gan::cpu {
namespace {

template <class T>
struct Tables {
  const ProductTable<T>& products;
  const WinogradTable<T>& winograd;
};
template <class T>
Tables<T> tables_of([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
#define GAN_TABLES(level, f) \
  case Isa::level: return Tables<T>{level::products_##f, level::winograd_##f};
#define GAN_TABLES_OF(f)           \
  switch (built(isa)) {            \
    GAN_CPU_V4(GAN_TABLES(v4, f))  \
    GAN_CPU_V3(GAN_TABLES(v3, f))  \
    GAN_CPU_V2(GAN_TABLES(v2, f))  \
    default: __builtin_unreachable(); \
  }
#else
#define GAN_TABLES_OF(f) return Tables<T>{base::products_##f, base::winograd_##f};
#endif
  if constexpr (std::is_same_v<T, float>) {
    GAN_TABLES_OF(f32)
  } else {
    GAN_TABLES_OF(f64)
  }
#undef GAN_TABLES
#undef GAN_TABLES_OF
}

template <class Shape>
bool any(const Shape&) {
  return true;
}

bool has_one_group(const ConvShape& s) { return s.groups == 1; }
bool has_groups(const ConvShape& s) { return s.groups > 1; }
bool always(ConvOperation, const ConvShape&) { return true; }
bool never(ConvOperation, const ConvShape&) {
  return false;
}  // used only if the environment or the table of choices selects it

/// The implementations for one instruction set.
template <class T>
struct Implementations {
  GemmImplementation<T> gemm[4];
  std::size_t gemm_count = 0;
  ConvImplementation<T> conv[10];
  std::size_t conv_count = 0;

  explicit Implementations(Isa isa) {
    const auto& [t, winograd] = tables_of<T>(isa);
#ifdef GAN_BUILT_V4
    if constexpr (std::is_same_v<T, float>)
      if (isa == Isa::v4 && has_bf16()) gemm[gemm_count++] = {"packed_bf16", gemm_is_bf16, v4_bf16::gemm_bf16};
#endif
    gemm[gemm_count++] = {"packed", any<GemmShape>, t.gemm};
    if (blas_name()) gemm[gemm_count++] = {blas_name(), any<GemmShape>, blas_gemm<T>};
    gemm[gemm_count++] = {"reference", any<GemmShape>, reference_gemm<T>};
    const auto add = [this](const ConvImplementation<T>& i) { conv[conv_count++] = i; };
    add({"gemm", conv_is_gemm, always, t.gemm_conv, t.gemm_conv_input, t.gemm_conv_weight});
    add({"depthwise", conv_is_depthwise, always, t.depthwise_conv, t.depthwise_conv_input, t.depthwise_conv_weight});
    add({"thin", conv_is_thin, thin_pays, t.thin_conv, t.thin_conv_input, t.thin_conv_weight});
    add({"flip", conv_is_flip, flip_pays, t.flip_conv, t.flip_conv_input, t.flip_conv_weight});
#ifdef GAN_BUILT_V4
    if constexpr (std::is_same_v<T, float>)
      if (isa == Isa::v4 && has_bf16()) {
        const WinogradTable<float>& bf16 = v4_bf16::winograd_bf16;
        add({"winograd_bf16", conv_is_winograd_bf16, winograd_pays, bf16.conv, bf16.conv_input, bf16.conv_weight});
      }
#endif
    add({"winograd", conv_is_winograd, winograd_pays, winograd.conv, winograd.conv_input, winograd.conv_weight});
    add({"groups", has_groups, always, groups_conv<T>, groups_conv_input<T>, groups_conv_weight<T>});
    add({"direct", any<ConvShape>, always, t.conv, t.conv_input, t.conv_weight});
    add({"im2col", has_one_group, never, im2col_conv<T>, im2col_conv_input<T>, im2col_conv_weight<T>});
    add({"reference", any<ConvShape>, always, reference_conv<T>, reference_conv_input<T>, reference_conv_weight<T>});
  }
};

template <class T>
const Implementations<T>& implementations(Isa isa) {
  static const Implementations<T> all[] = {Implementations<T>(Isa::base), Implementations<T>(Isa::v2),
                                           Implementations<T>(Isa::v3), Implementations<T>(Isa::v4)};
  return all[static_cast<int>(isa)];
}

/// The value of an environment variable, which must name an implementation in the list; null if it is empty or not set.
template <class Implementation>
const char* forced(const char* variable, std::span<const Implementation> list) {
  const char* const name = std::getenv(variable);
  if (name == nullptr || *name == '\0') return nullptr;
  std::string known;
  for (const Implementation& i : list) {
    if (std::strcmp(i.name, name) == 0) return name;
    known += std::string(known.empty() ? "" : ", ") + i.name;
  }
  throw ValueError(std::string("[products] ") + variable + "=" + name + " names no implementation; there are " + known);
}

/// The implementation that the environment names, if it supports the shape, or else the first that does.
template <class T>
const GemmImplementation<T>& choose(const GemmShape& s) {
  static const char* const name = forced("GAN_GEMM", gemm_implementations<T>());
  const auto list = gemm_implementations<T>();
  if (name)
    for (const auto& i : list)
      if (std::strcmp(i.name, name) == 0 && i.supports(s)) return i;
  for (const auto& i : list)
    if (i.supports(s)) return i;
  return list.back();
}
/// The same for convolutions, among the implementations of the operation: the one that the environment names, else the
/// one that was measured to be the fastest, else the first that pays.
template <class T>
const ConvImplementation<T>& choose(ConvOperation operation, const ConvShape& s) {
  static const char* const name = forced("GAN_CONV", conv_implementations<T>());
  const auto has = [operation](const ConvImplementation<T>& i) {
    return operation == ConvOperation::conv_weight
               ? i.conv_weight != nullptr
               : (operation == ConvOperation::conv ? i.conv : i.conv_input) != nullptr;
  };
  const auto list = conv_implementations<T>();
  const char* const measured = std::is_same_v<T, float> ? measured_choice(operation, s, isa()) : nullptr;
  for (const char* const wanted : {name, measured})
    if (wanted)
      for (const auto& i : list)
        if (std::strcmp(i.name, wanted) == 0 && has(i) && i.supports(s)) return i;
  for (const auto& i : list)
    if (has(i) && i.supports(s) && i.pays(operation, s)) return i;
  return list.back();
}

/// Whether a convolution takes less time than waking the other threads: under half a million multiplications.
bool is_small(const ConvShape& s) { return s.n * s.oh * s.ow * s.o * s.kh * s.kw * (s.c / s.groups) < (i64{1} << 19); }

}  // namespace

bool conv_is_gemm(const ConvShape& s) {
  if (s.groups != 1 || s.pad_top != 0 || s.pad_left != 0) return false;
  const bool pointwise = s.kh == 1 && s.kw == 1 && s.stride_h == 1 && s.stride_w == 1 && s.oh == s.h && s.ow == s.w;
  const bool whole_image =
      s.kh == s.h && s.kw == s.w && s.oh == 1 && s.ow == 1 && s.dilation_h == 1 && s.dilation_w == 1;
  return pointwise || whole_image;
}

bool conv_is_depthwise(const ConvShape& s) {
  return s.groups > 1 && s.groups == s.c && s.groups == s.o && s.kh * s.kw <= 64;
}

bool conv_is_thin(const ConvShape& s) {
  return s.groups == 1 && s.dilation_h == 1 && s.dilation_w == 1 && s.c < 8 && s.kh * s.kw * s.c <= 256;
}

bool conv_is_flip(const ConvShape& s) {
  return s.groups == 1 && s.dilation_h == 1 && s.dilation_w == 1 && s.stride_h == 1 && s.stride_w == 1 &&
         s.pad_top < s.kh && s.pad_left < s.kw && s.o < 8 && s.o <= s.c && s.kh * s.kw * s.o <= 256;
}

bool thin_pays(ConvOperation operation, const ConvShape& s) {
  return s.kh * s.kw * s.c <= 64 || operation != ConvOperation::conv;
}

bool flip_pays(ConvOperation operation, const ConvShape&) { return operation != ConvOperation::conv_input; }

bool conv_is_winograd(const ConvShape& s) {
  if (s.groups != 1 || s.dilation_h != 1 || s.dilation_w != 1 || s.stride_h != s.stride_w || s.stride_h > 2)
    return false;
  const i64 taps = (std::max(s.kh, s.kw) + s.stride_h - 1) / s.stride_h;
  return taps >= 2 && taps <= 4 && s.kh >= s.stride_h && s.kw >= s.stride_w;
}

bool gemm_is_bf16(const GemmShape& s) { return s.math == MathMode::bf16 && s.n > 4; }

bool conv_is_winograd_bf16(const ConvShape& s) {
  return s.math == MathMode::bf16 && s.c % 16 == 0 && s.o % 16 == 0 && conv_is_winograd(s);
}

bool winograd_pays(ConvOperation operation, const ConvShape& s) {
  if (s.c < 16 || s.o < 16) return false;
  const auto ceil_div = [](i64 a, i64 b) { return (a + b - 1) / b; };
  const i64 taps = ceil_div(std::max(s.kh, s.kw), s.stride_h), outputs = taps == 4 ? 3 : 4;
  const i64 span = outputs + taps - 1, parities = s.stride_h * s.stride_w;
  // The forward convolution is a sum over parities; the adjoint makes an image for each. Both take the same work.
  const bool adjoint = operation == ConvOperation::conv_input;
  const i64 height = adjoint ? ceil_div(s.h, s.stride_h) : s.oh, width = adjoint ? ceil_div(s.w, s.stride_w) : s.ow;
  // Points of all tiles along an axis; an incomplete last tile of F(4, 2) needs one fewer.
  const auto along = [&](i64 size) { return ceil_div(size, outputs) * span - (taps == 2 && size % outputs != 0); };
  const i64 points = s.n * along(height) * along(width);
  // Costs in multiplications: 7 and 5 to transform a point of a tile forward and back, 150 for a filter.
  const i64 products = points * s.c * s.o * parities;
  const i64 transforms = points * (7 * (adjoint ? s.o : s.c) * parities + 5 * (adjoint ? s.c * parities : s.o)) +
                         150 * s.c * s.o * parities;
  const i64 direct = s.n * s.oh * s.ow * s.o * s.kh * s.kw * s.c;
  return 100 * direct > 110 * (products + transforms);
}

template <class T>
std::span<const GemmImplementation<T>> gemm_implementations(Isa isa) {
  const Implementations<T>& all = implementations<T>(isa);
  return {all.gemm, all.gemm_count};
}
template <class T>
std::span<const ConvImplementation<T>> conv_implementations(Isa isa) {
  const Implementations<T>& all = implementations<T>(isa);
  return {all.conv, all.conv_count};
}

template <class T>
void gemm(const GemmShape& shape, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  choose<T>(shape).gemm(shape, a, b, c, epilogue);
}
template <class T>
void conv(const ConvShape& shape, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  const Serial small(is_small(shape));
  choose<T>(ConvOperation::conv, shape).conv(shape, x, w, y, epilogue);
}
template <class T>
void conv_input(const ConvShape& shape, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  const Serial small(is_small(shape));
  choose<T>(ConvOperation::conv_input, shape).conv_input(shape, y, w, x, epilogue);
}
template <class T>
void conv_weight(const ConvShape& shape, const T* y, const T* x, T* w) {
  const Serial small(is_small(shape));
  choose<T>(ConvOperation::conv_weight, shape).conv_weight(shape, y, x, w);
}

template <class T>
const char* chosen(ConvOperation operation, const ConvShape& shape) {
  return choose<T>(operation, shape).name;
}

// Explicit instantiation of everything that other files call.
#define GAN_INSTANTIATE(T)                                                                   \
  template std::span<const GemmImplementation<T>> gemm_implementations<T>(Isa);              \
  template std::span<const ConvImplementation<T>> conv_implementations<T>(Isa);              \
  template void gemm<T>(const GemmShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void conv_weight<T>(const ConvShape&, const T*, const T*, T*);                    \
  template const char* chosen<T>(ConvOperation, const ConvShape&);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE
GAN_KERNEL(gemm)
GAN_KERNEL(conv)
GAN_KERNEL(conv_input)
GAN_KERNEL(conv_weight)

}  // namespace gan::cpu
