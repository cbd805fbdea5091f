// Convolutions in groups, one after the other: the channels of a group are copied to arrays of their own, for which the
// best implementation of a plain convolution is chosen.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

constexpr int group_slot = 8;  ///< scratch that the convolution of a group leaves alone

/// `channels` channels of each pixel, from pixels of from_pitch channels to pixels of to_pitch.
template <class T>
void copy_channels(i64 pixels, i64 channels, const T* from, i64 from_pitch, T* to, i64 to_pitch) {
  parallel_for(pixels, 1 + 16384 / (channels + 1), [&](i64 begin, i64 end) {
    for (i64 p = begin; p < end; ++p)
      std::copy(from + p * from_pitch, from + p * from_pitch + channels, to + p * to_pitch);
  });
}

/// A group as a convolution of its own, and memory for its images and its outputs.
template <class T>
struct Group {
  ConvShape whole, one;
  i64 x_pixels, y_pixels, filters;
  T *x, *y;

  explicit Group(const ConvShape& s) : whole(s), one(s), x_pixels(s.n * s.h * s.w), y_pixels(s.n * s.oh * s.ow) {
    one.c /= s.groups;
    one.o /= s.groups;
    one.groups = 1;
    filters = one.o * s.kh * s.kw * one.c;
    const i64 size = x_pixels * one.c + y_pixels * one.o;
    x = static_cast<T*>(scratch(group_slot, static_cast<std::size_t>(size) * sizeof(T)));
    y = x + x_pixels * one.c;
  }
  void take_x(const T* from, i64 g) const { copy_channels(x_pixels, one.c, from + g * one.c, whole.c, x, one.c); }
  void take_y(const T* from, i64 g) const { copy_channels(y_pixels, one.o, from + g * one.o, whole.o, y, one.o); }
  void give_x(T* to, i64 g) const { copy_channels(x_pixels, one.c, x, one.c, to + g * one.c, whole.c); }
  void give_y(T* to, i64 g) const { copy_channels(y_pixels, one.o, y, one.o, to + g * one.o, whole.o); }
};

/// The epilogue of the channels from `first` on.
template <class T>
Epilogue<T> from_channel(Epilogue<T> epilogue, i64 first) {
  if (epilogue.bias) epilogue.bias += first;
  return epilogue;
}

}  // namespace

template <class T>
void groups_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  const Group<T> group(s);
  for (i64 g = 0; g < s.groups; ++g) {
    group.take_x(x, g);
    conv(group.one, group.x, w + g * group.filters, group.y, from_channel(epilogue, g * group.one.o));
    group.give_y(y, g);
  }
}

template <class T>
void groups_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  const Group<T> group(s);
  for (i64 g = 0; g < s.groups; ++g) {
    group.take_y(y, g);
    conv_input(group.one, group.y, w + g * group.filters, group.x, from_channel(epilogue, g * group.one.c));
    group.give_x(x, g);
  }
}

template <class T>
void groups_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const Group<T> group(s);
  for (i64 g = 0; g < s.groups; ++g) {
    group.take_x(x, g);
    group.take_y(y, g);
    conv_weight(group.one, group.y, group.x, w + g * group.filters);
  }
}

#define GAN_INSTANTIATE(T)                                                                          \
  template void groups_conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void groups_conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void groups_conv_weight<T>(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE

}  // namespace gan::cpu
