// Convolution by matrix products with the BLAS: patches are copied into the rows of a matrix ("im2col"). This common
// method serves as a comparison and a second check; for most layers of GANs the copies cost more than the product.
#include <algorithm>

#include "gan/core/parallel.hpp"
#include "src/cpu/finish.hpp"
#include "src/cpu/products.hpp"

namespace gan::cpu {
namespace {

constexpr int patches_slot = 6, sums_slot = 7;

template <class T>
T* scratch_of(int slot, i64 elements) {
  return static_cast<T*>(scratch(slot, static_cast<std::size_t>(elements) * sizeof(T)));
}

i64 patch_size(const ConvShape& s) { return s.kh * s.kw * s.c; }

/// The number of images whose patches are held at once: about 8 MB, at least one image.
template <class T>
i64 images_together(const ConvShape& s) {
  const i64 bytes = std::max<i64>(1, s.oh * s.ow * patch_size(s) * static_cast<i64>(sizeof(T)));
  return std::clamp<i64>((i64{8} << 20) / bytes, 1, std::max<i64>(s.n, 1));
}

template <class T>
void product(const GemmShape& s, const T* a, const T* b, T* c, const Epilogue<T>& epilogue) {
  if (blas_name())
    blas_gemm(s, a, b, c, epilogue);
  else
    gemm(s, a, b, c, epilogue);
}

/// Calls f(the tap's offset in a patch, the pixel that it reads) for the taps of output (oy, ox) inside the image, and
/// outside(offset) for the others.
template <class Inside, class Outside>
void for_taps(const ConvShape& s, i64 oy, i64 ox, Inside inside, Outside outside) {
  for (i64 i = 0; i < s.kh; ++i)
    for (i64 j = 0; j < s.kw; ++j) {
      const i64 iy = oy * s.stride_h - s.pad_top + i * s.dilation_h,
                ix = ox * s.stride_w - s.pad_left + j * s.dilation_w;
      const i64 place = (i * s.kw + j) * s.c;
      if (iy >= 0 && iy < s.h && ix >= 0 && ix < s.w)
        inside(place, (iy * s.w + ix) * s.c);
      else
        outside(place);
    }
}

/// patches(images * oh * ow, kh * kw * c) of some images.
template <class T>
void copy_patches(const ConvShape& s, i64 images, const T* x, T* patches) {
  const i64 pixels = s.oh * s.ow, size = patch_size(s);
  parallel_for(images * pixels, 16, [&](i64 begin, i64 end) {
    for (i64 row = begin; row < end; ++row) {
      const T* image = x + row / pixels * s.h * s.w * s.c;
      T* to = patches + row * size;
      for_taps(
          s, row % pixels / s.ow, row % s.ow,
          [&](i64 place, i64 pixel) { std::copy_n(image + pixel, s.c, to + place); },
          [&](i64 place) { std::fill_n(to + place, s.c, T(0)); });
    }
  });
}

/// The adjoint: x = the sum of patches where they overlap.
template <class T>
void add_patches(const ConvShape& s, i64 images, const T* patches, T* x) {
  const i64 pixels = s.oh * s.ow, size = patch_size(s), image_size = s.h * s.w * s.c;
  parallel_for(images, 1, [&](i64 begin, i64 end) {
    for (i64 n = begin; n < end; ++n) {
      T* image = x + n * image_size;
      std::fill_n(image, image_size, T(0));
      for (i64 pixel = 0; pixel < pixels; ++pixel) {
        const T* from = patches + (n * pixels + pixel) * size;
        for_taps(
            s, pixel / s.ow, pixel % s.ow,
            [&](i64 place, i64 to) {
              for (i64 c = 0; c < s.c; ++c) image[to + c] += from[place + c];
            },
            [](i64) {});
      }
    }
  });
}

/// Calls f(first image, count) for each group of images.
template <class T, class F>
void for_groups(const ConvShape& s, F f) {
  const i64 together = images_together<T>(s);
  for (i64 first = 0; first < s.n; first += together) f(first, std::min(together, s.n - first));
}

}  // namespace

template <class T>
void im2col_conv(const ConvShape& s, const T* x, const T* w, T* y, const Epilogue<T>& epilogue) {
  T* patches = scratch_of<T>(patches_slot, images_together<T>(s) * s.oh * s.ow * patch_size(s));
  for_groups<T>(s, [&](i64 first, i64 count) {
    copy_patches(s, count, x + first * s.h * s.w * s.c, patches);
    product({count * s.oh * s.ow, s.o, patch_size(s), false, true}, patches, w, y + first * s.oh * s.ow * s.o,
            epilogue);
  });
}

template <class T>
void im2col_conv_input(const ConvShape& s, const T* y, const T* w, T* x, const Epilogue<T>& epilogue) {
  T* patches = scratch_of<T>(patches_slot, images_together<T>(s) * s.oh * s.ow * patch_size(s));
  for_groups<T>(s, [&](i64 first, i64 count) {
    T* images = x + first * s.h * s.w * s.c;
    product({count * s.oh * s.ow, patch_size(s), s.o, false, false}, y + first * s.oh * s.ow * s.o, w, patches, {});
    add_patches(s, count, patches, images);
    parallel_for(count * s.h * s.w, 256, [&](i64 begin, i64 end) {
      for (i64 pixel = begin; pixel < end; ++pixel)
        for (i64 c = 0; c < s.c; ++c) images[pixel * s.c + c] = finish(images[pixel * s.c + c], c, epilogue);
    });
  });
}

template <class T>
void im2col_conv_weight(const ConvShape& s, const T* y, const T* x, T* w) {
  const i64 size = s.o * patch_size(s);
  T* patches = scratch_of<T>(patches_slot, images_together<T>(s) * s.oh * s.ow * patch_size(s));
  T* sums = scratch_of<T>(sums_slot, size);
  std::fill_n(w, size, T(0));
  for_groups<T>(s, [&](i64 first, i64 count) {
    copy_patches(s, count, x + first * s.h * s.w * s.c, patches);
    product({s.o, patch_size(s), count * s.oh * s.ow, true, false}, y + first * s.oh * s.ow * s.o, patches, sums, {});
    for (i64 i = 0; i < size; ++i) w[i] += sums[i];
  });
}

#define GAN_INSTANTIATE(T)                                                                          \
  template void im2col_conv<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&);       \
  template void im2col_conv_input<T>(const ConvShape&, const T*, const T*, T*, const Epilogue<T>&); \
  template void im2col_conv_weight<T>(const ConvShape&, const T*, const T*, T*);
GAN_INSTANTIATE(float)
GAN_INSTANTIATE(double)
#undef GAN_INSTANTIATE

}  // namespace gan::cpu
