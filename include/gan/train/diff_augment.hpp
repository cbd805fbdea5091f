// DiffAugment (Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training"): colours, translation
// and cutout of everything that a discriminator is shown.
#pragma once

#include <string_view>

#include "gan/nn/pass.hpp"
#include "gan/ops/random.hpp"
#include "gan/ops/translate.hpp"

namespace gan {

/// What is to be done with each of N images.
template <class T>
struct DiffAugmentDraws {
  Tensor<T> brightness{}, saturation{}, contrast{};  ///< (N, 1, 1, 1); all undefined: colours stay
  Tensor<T> place{};  ///< (N, 6), as translate_cutout() takes them; undefined: nothing is moved or cut
};

/// Images x (N, H, W, C) with colours and places changed, differentiable in x to every order. Brightness is added; then
/// each pixel's distance from the mean of its channels is multiplied by saturation; then the distance of everything
/// from the image's mean by contrast. Built of ops.
template <class T>
Tensor<T> diff_augment(const Tensor<T>& x, const DiffAugmentDraws<T>& draws);

/// An augmentation of images (N, H, W, C) on [-1, 1]: each gets its own, a function of (pass.rng, its number) alone. It
/// draws on the images' device, so that a GPU can record the turn. In this order:
///   colour: brightness + U(-0.5, 0.5), saturation x U(0, 2), contrast x U(0.5, 1.5);
///   translation: by whole pixels, all of -H/8 … H/8 rows and -W/8 … W/8 columns (rounded) equally probable, the
///     uncovered border zeros;
///   cutout: a rectangle of H/2 x W/2 (rounded), its centre anywhere in the image, is set to zero.
struct DiffAugment {
  bool colour = true, translation = true, cutout = true;

  /// From the names that papers and programs use, in any order: "color,translation,cutout", or "colour". An empty
  /// policy changes nothing. Throws ValueError for another name.
  static DiffAugment policy(std::string_view names);

  /// Throws ShapeError unless x is images.
  template <class T>
  Tensor<T> operator()(const Tensor<T>& x, Pass& pass) const {
    return diff_augment(x, draw<T>(x.shape(), pass.rng, x.device()));
  }
  /// The random part, for images of this shape; advances rng to its next draw. Throws ShapeError.
  template <class T>
  DiffAugmentDraws<T> draw(const Shape& images, Rng& rng, Device device = Device::cpu()) const;
};

#define GAN_DIFF_AUGMENT(T)                                                             \
  extern template Tensor<T> diff_augment(const Tensor<T>&, const DiffAugmentDraws<T>&); \
  extern template DiffAugmentDraws<T> DiffAugment::draw<T>(const Shape&, Rng&, Device) const;
GAN_DIFF_AUGMENT(float)
GAN_DIFF_AUGMENT(double)
#undef GAN_DIFF_AUGMENT

}  // namespace gan
