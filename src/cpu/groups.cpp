// Convolutions in groups: some images at a time, and of them some groups, are copied so that the channels of a group
// lie together, and each group is a plain convolution, for which the best implementation is chosen.
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
/// Pixels of `pitch` values, of which groups * channels are taken → for each group its channels of all pixels.
template <class T>
void split(i64 pixels, i64 pitch, i64 groups, i64 channels, const T* from, T* to) {
  with_channels(channels, [=](auto size) {
    for (i64 p = 0; p < pixels; ++p)
      for (i64 g = 0; g < groups; ++g)
        std::memcpy(to + (g * pixels + p) * size, from + p * pitch + g * size,
                    sizeof(T) * static_cast<std::size_t>(i64{size}));
  });
}
/// The inverse of split.
template <class T>
void join(i64 pixels, i64 pitch, i64 groups, i64 channels, const T* from, T* to) {
  with_channels(channels, [=](auto size) {
    for (i64 p = 0; p < pixels; ++p)
      for (i64 g = 0; g < groups; ++g)
        std::memcpy(to + p * pitch + g * size, from + (g * pixels + p) * size,
                    sizeof(T) * static_cast<std::size_t>(i64{size}));
  });
}

/// How images and groups are cut into pieces: so many images as make up for preparing the filters, and of these as many
/// groups as stay in the cache.
template <class T>
struct Pieces {
  i64 images, groups;  ///< numbers of parts

  explicit Pieces(const ConvShape& s) {
    constexpr i64 cached = 512 * 1024, most = 4 * cached, size = sizeof(T);
    const i64 all_images = std::max<i64>(1, s.n);
    const i64 image = std::max<i64>(1, (s.h * s.w * s.c + s.oh * s.ow * s.o) / s.groups * size);  // of one group
    const i64 filters = s.o / s.groups * s.kh * s.kw * (s.c / s.groups) * size;
    const i64 enough = std::max(16 * filters, cached / s.groups);
    const i64 together = std::clamp<i64>(enough / image, 1, all_images);
    images = (s.n + together - 1) / together;
    const i64 fit = std::max<i64>(1, most / (together * image));
    groups = (s.groups + fit - 1) / fit;
  }
};

/// A part of the images and groups: the convolution of one group of them, and memory of this thread for all groups of
/// the part and of their outputs.
template <class T>
struct Piece {
  ConvShape one;
  i64 first, groups;                              ///< groups [first, first + groups)
  i64 x_pitch, y_pitch, x_size, y_size, filters;  ///< of a pixel; sizes of one group
  i64 first_x, first_y, first_w;                  ///< where the part begins in the whole arrays
  T *x, *y;

  Piece(const ConvShape& s, const Pieces<T>& cut, i64 image_part, i64 group_part) : one(s) {
    const i64 begin = s.n * image_part / cut.images;
    first = s.groups * group_part / cut.groups;
    groups = s.groups * (group_part + 1) / cut.groups - first;
    one.n = s.n * (image_part + 1) / cut.images - begin;
    one.c /= s.groups;
    one.o /= s.groups;
    one.groups = 1;
    x_pitch = s.c;
    y_pitch = s.o;
    x_size = one.n * s.h * s.w * one.c;
    y_size = one.n * s.oh * s.ow * one.o;
    filters = one.o * s.kh * s.kw * one.c;
    first_x = begin * s.h * s.w * s.c + first * one.c;
    first_y = begin * s.oh * s.ow * s.o + first * one.o;
    first_w = first * filters;
    x = static_cast<T*>(scratch(group_slot, static_cast<std::size_t>(groups * (x_size + y_size)) * sizeof(T)));
    y = x + groups * x_size;
  }
  void take_x(const T* from) const { split(x_size / one.c, x_pitch, groups, one.c, from + first_x, x); }
  void take_y(const T* from) const { split(y_size / one.o, y_pitch, groups, one.o, from + first_y, y); }
  void give_x(T* to) const { join(x_size / one.c, x_pitch, groups, one.c, x, to + first_x); }
  void give_y(T* to) const { join(y_size / one.o, y_pitch, groups, one.o, y, to + first_y); }
};

/// Calls body(piece) for all pieces, those of the same images one after the other.
template <class T, class Body>
void for_pieces(const ConvShape& s, Body body) {
  const Pieces<T> cut(s);
  parallel_for(cut.images * cut.groups, 1, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) body(Piece<T>(s, cut, i / cut.groups, i % cut.groups));
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
      conv(p.one, p.x + g * p.x_size, w + p.first_w + g * p.filters, p.y + g * p.y_size,
           from_channel(epilogue, (p.first + g) * p.one.o));
    p.give_y(y);
  });
}

template <class T>
void groups_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  for_pieces<T>(s, [&](const Piece<T>& p) {
    p.take_y(y);
    for (i64 g = 0; g < p.groups; ++g)
      conv_input(p.one, p.y + g * p.y_size, w + p.first_w + g * p.filters, p.x + g * p.x_size,
                 from_channel(epilogue, (p.first + g) * p.one.c));
    p.give_x(x);
  });
}

template <class T>
void groups_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  // Up to 8 sums, each over a part of the images, whatever the number of threads.
  const Pieces<T> cut(s);
  const i64 sums = std::min<i64>(8, cut.images), size = s.o * s.kh * s.kw * (s.c / s.groups);
  if (sums == 0) std::fill_n(w, size, T(0));
  std::vector<T> further(static_cast<std::size_t>(std::max<i64>(0, sums - 1) * size));
  const auto sum = [&](i64 k) { return k == 0 ? w : further.data() + (k - 1) * size; };
  parallel_for(sums * cut.groups, 1, [&](i64 begin, i64 end) {
    std::vector<T> part;
    for (i64 unit = begin; unit < end; ++unit) {
      const i64 k = unit / cut.groups, first = k * cut.images / sums;
      for (i64 i = first; i < (k + 1) * cut.images / sums; ++i) {
        const Piece<T> p(s, cut, i, unit % cut.groups);
        p.take_x(x);
        p.take_y(y);
        part.resize(static_cast<std::size_t>(p.filters));
        for (i64 g = 0; g < p.groups; ++g) {
          T* const total = sum(k) + p.first_w + g * p.filters;
          T* const here = i == first ? total : part.data();
          conv_weight(p.one, p.y + g * p.y_size, p.x + g * p.x_size, here);
          for (i64 j = 0; i > first && j < p.filters; ++j) total[j] += here[j];
        }
      }
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
