// Stride-1 convolutions to few channels (the last layer of a generator that ends in a plain convolution), for which a
// panel of outputs would be mostly padding. Read backwards, such a convolution is the adjoint of one from few channels:
// with turned filters and the sides exchanged, the thin kernels do all three operations.
#pragma once

#include "src/cpu/isa/conv_overlap.hpp"
#include "src/cpu/isa/conv_thin.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

constexpr int flip_slot = 6;  ///< scratch that the thin kernels leave alone

/// The thin convolution whose adjoint is s: its images are the outputs of s.
GAN_INLINE ConvShape flip(const ConvShape& s) {
  ConvShape f = s;
  f.h = s.oh, f.w = s.ow, f.c = s.o;
  f.oh = s.h, f.ow = s.w, f.o = s.c;
  f.pad_top = s.kh - 1 - s.pad_top;
  f.pad_left = s.kw - 1 - s.pad_left;
  return f;
}

/// to(c, kh, kw, o) = from(o, kh, kw, c), turned by half a turn. Doing it twice, with o and c exchanged, changes
/// nothing.
template <class T>
void flip_filters(i64 o, i64 taps, i64 c, const T* from, T* to) {
  for (i64 k = 0; k < c; ++k)
    for (i64 tap = 0; tap < taps; ++tap)
      for (i64 j = 0; j < o; ++j) to[(k * taps + tap) * o + j] = from[(j * taps + taps - 1 - tap) * c + k];
}
template <class T>
const T* flipped_filters(const ConvShape& s, const T* w) {
  T* to = scratch_of<T>(flip_slot, s.o * s.kh * s.kw * s.c);
  flip_filters(s.o, s.kh * s.kw, s.c, w, to);
  return to;
}

template <class T>
void flip_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  thin_conv_input(flip(s), x, flipped_filters(s, w), y, epilogue);
}
template <class T>
void flip_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  thin_conv(flip(s), y, flipped_filters(s, w), x, epilogue);
}
template <class T>
void flip_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  T* turned = scratch_of<T>(flip_slot, s.o * s.kh * s.kw * s.c);
  thin_conv_weight(flip(s), x, y, turned);
  flip_filters(s.c, s.kh * s.kw, s.o, turned, w);
}

}  // namespace
}  // namespace gan::cpu::GAN_ISA
