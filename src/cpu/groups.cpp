// Convolutions in groups: some images at a time are copied so that the channels of a group lie together, and each group
// is a plain convolution, for which the best implementation is chosen.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "gan/core/parallel.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

constexpr int group_slot = 8;  ///< scratch that the convolution of a group leaves alone

/// Calls run with the number of channels, as a constant where it is a common one: copies of a known size are a few
/// instructions instead of a call.
template <class Run>
void with_channels(i64 channels, Run run) {
  if (channels == 4) return run(std::integral_constant<i64, 4>{});
  if (channels == 8) return run(std::integral_constant<i64, 8>{});
  if (channels == 16) return run(std::integral_constant<i64, 16>{});
  if (channels == 32) return run(std::integral_constant<i64, 32>{});
  run(channels);
}
/// Pixels of groups * channels values → for each group its channels of all pixels.
template <class T>
void split(i64 pixels, i64 groups, i64 channels, const T* from, T* to) {
  with_channels(channels, [=](auto size) {
    const T* values = from;
    for (i64 p = 0; p < pixels; ++p)
      for (i64 g = 0; g < groups; ++g, values += size)
        std::memcpy(to + (g * pixels + p) * size, values, sizeof(T) * static_cast<std::size_t>(i64{size}));
  });
}
/// The inverse of split.
template <class T>
void join(i64 pixels, i64 groups, i64 channels, const T* from, T* to) {
  with_channels(channels, [=](auto size) {
    T* values = to;
    for (i64 p = 0; p < pixels; ++p)
      for (i64 g = 0; g < groups; ++g, values += size)
        std::memcpy(values, from + (g * pixels + p) * size, sizeof(T) * static_cast<std::size_t>(i64{size}));
  });
}

/// Images [begin, end): the convolution of one group of them, and memory of this thread for all groups of them and of
/// their outputs.
template <class T>
struct Piece {
  ConvShape one;
  i64 groups, x_size, y_size, filters;  ///< sizes of one group
  i64 first_x, first_y;                 ///< where the images and their outputs begin in the whole arrays
  T *x, *y;

  Piece(const ConvShape& s, i64 begin, i64 end) : one(s), groups(s.groups) {
    one.n = end - begin;
    one.c /= groups;
    one.o /= groups;
    one.groups = 1;
    x_size = one.n * s.h * s.w * one.c;
    y_size = one.n * s.oh * s.ow * one.o;
    filters = one.o * s.kh * s.kw * one.c;
    first_x = begin * s.h * s.w * s.c;
    first_y = begin * s.oh * s.ow * s.o;
    x = static_cast<T*>(scratch(group_slot, static_cast<std::size_t>(groups * (x_size + y_size)) * sizeof(T)));
    y = x + groups * x_size;
  }
  void take_x(const T* from) const { split(x_size / one.c, groups, one.c, from + first_x, x); }
  void take_y(const T* from) const { split(y_size / one.o, groups, one.o, from + first_y, y); }
  void give_x(T* to) const { join(x_size / one.c, groups, one.c, x, to + first_x); }
  void give_y(T* to) const { join(y_size / one.o, groups, one.o, y, to + first_y); }
};

/// Images at a time: so many that the copies stay in the cache, but enough to make up for preparing the filters.
template <class T>
i64 images_at_a_time(const ConvShape& s) {
  constexpr i64 cached = 512 * 1024;
  const i64 image = (s.h * s.w * s.c + s.oh * s.ow * s.o) * static_cast<i64>(sizeof(T));
  const i64 filters = s.o * s.kh * s.kw * (s.c / s.groups) * static_cast<i64>(sizeof(T));
  return std::clamp<i64>(std::max(cached, 16 * filters) / std::max<i64>(1, image), 1, std::max<i64>(1, s.n));
}

/// Calls body(piece) for all images.
template <class T, class Body>
void for_pieces(const ConvShape& s, Body body) {
  const i64 step = images_at_a_time<T>(s);
  parallel_for((s.n + step - 1) / step, 1, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) body(Piece<T>(s, i * step, std::min(s.n, (i + 1) * step)));
  });
}

/// The epilogue of the channels from `first` on.
template <class T>
Epilogue<T> from_channel(Epilogue<T> epilogue, i64 first) {
  if (epilogue.bias) epilogue.bias += first;
  return epilogue;
}

}  // namespace

template <class T>
void groups_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  for_pieces<T>(s, [&](const Piece<T>& p) {
    p.take_x(x);
    for (i64 g = 0; g < p.groups; ++g)
      conv(p.one, p.x + g * p.x_size, w + g * p.filters, p.y + g * p.y_size, from_channel(epilogue, g * p.one.o));
    p.give_y(y);
  });
}

template <class T>
void groups_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  for_pieces<T>(s, [&](const Piece<T>& p) {
    p.take_y(y);
    for (i64 g = 0; g < p.groups; ++g)
      conv_input(p.one, p.y + g * p.y_size, w + g * p.filters, p.x + g * p.x_size, from_channel(epilogue, g * p.one.c));
    p.give_x(x);
  });
}

template <class T>
void groups_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  // Up to 8 sums, each over a part of the images, whatever the number of threads.
  const i64 step = images_at_a_time<T>(s), steps = (s.n + step - 1) / step, sums = std::min<i64>(8, steps);
  const i64 size = s.o * s.kh * s.kw * (s.c / s.groups);
  std::vector<T> further(static_cast<std::size_t>(std::max<i64>(0, sums - 1) * size));
  const auto sum = [&](i64 k) { return k == 0 ? w : further.data() + (k - 1) * size; };
  parallel_for(sums, 1, [&](i64 begin, i64 end) {
    std::vector<T> part;
    for (i64 k = begin; k < end; ++k)
      for (i64 i = k * steps / sums; i < (k + 1) * steps / sums; ++i) {
        const Piece<T> p(s, i * step, std::min(s.n, (i + 1) * step));
        p.take_x(x);
        p.take_y(y);
        const bool first = i == k * steps / sums;
        if (!first) part.resize(static_cast<std::size_t>(size));
        T* const here = first ? sum(k) : part.data();
        for (i64 g = 0; g < p.groups; ++g)
          conv_weight(p.one, p.y + g * p.y_size, p.x + g * p.x_size, here + g * p.filters);
        for (i64 j = 0; !first && j < size; ++j) sum(k)[j] += here[j];
      }
  });
  for (i64 k = 1; k < sums; ++k)
    for (i64 j = 0; j < size; ++j) w[j] += sum(k)[j];
}

#define GAN_INSTANTIATE(T)                                                                          \
  template void groups_conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void groups_conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void groups_conv_weight<T>(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE

}  // namespace gan::cpu
