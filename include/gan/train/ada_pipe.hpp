// The augmentations of adaptive discriminator augmentation (Karras et al. 2020, "Training generative adversarial
// networks with limited data", appendix B): drawn for each image on the host, then applied by ops.
#pragma once

#include <array>
#include <vector>

#include "gan/core/rng.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan {

/// How probable each step of the pipe is, as a multiple of p; 0 leaves it out. All lie in [0, 1]. Steps are taken in
/// this order. The defaults are the authors' "bgc".
struct AdaSteps {
  // Pixels change places.
  double flip = 1;      ///< left and right, in half of the images that take the step
  double rotate90 = 1;  ///< by 0, 90, 180 or 270 degrees
  double shift = 1;     ///< by U(-0.125, 0.125) of the width and of the height, rounded to whole pixels
  // Any other geometry.
  double scale = 1;     ///< by 2^(0.2 N(0, 1))
  double rotate = 1;    ///< by U(-pi, pi), before or after the next step
  double stretch = 1;   ///< width by s, height by 1 / s, s = 2^(0.2 N(0, 1))
  double fraction = 1;  ///< shifts by 0.125 N(0, 1) of the width and of the height
  // Colours.
  double brightness = 1;  ///< + 0.2 N(0, 1)
  double contrast = 1;    ///< x 2^(0.5 N(0, 1))
  double luma_flip = 1;   ///< the reflection that inverts grey, in half of the images that take the step
  double hue = 1;         ///< a rotation about the grey axis by U(-pi, pi)
  double saturation = 1;  ///< distance from the grey axis x 2^N(0, 1)
  // At last.
  double cutout = 0;  ///< a rectangle of half the width and height becomes zeros, its centre anywhere in the image

  /// Those of R3GAN (Huang et al. 2024): steps of colour half as probable as the others, and cutout.
  static AdaSteps r3gan();
};

/// What is to be done with each of N images. An empty list: nothing of the kind.
struct AdaDraws {
  /// By rows, the map from a position (x, y, 1) in the result to (x, y) in the image, in pixels about the centre of the
  /// image, x to the right and y down.
  using Geometry = std::array<double, 6>;
  /// By rows, the map from (red, green, blue, 1) to (red, green, blue).
  using Colour = std::array<double, 12>;
  /// As translate_cutout() takes it.
  using Place = std::array<double, 6>;

  std::vector<Geometry> geometry;
  std::vector<Colour> colour;
  std::vector<Place> place;
};

/// Draws for images (N, H, W, C): those of image i are a function of (rng, i). Advances rng by two draws, whatever p
/// is. Where p is 0, all lists are empty. Throws ShapeError unless there are 1 or 3 channels, ValueError for p or a
/// multiplier outside its range; p above 1 is as 1.
AdaDraws draw_ada(const AdaSteps& steps, double p, const Shape& images, Rng& rng);

/// Images (N, H, W, C) mapped by one affine map each: mirrored at the borders as far as the maps reach, at most by an
/// image's size; doubled in size with the sym6 low-pass filter; sampled bilinearly; and halved with the same filter.
/// Differentiable in x to every order. The identity gives x up to rounding. Throws ShapeError.
template <class T>
Tensor<T> ada_geometry(const Tensor<T>& x, const std::vector<AdaDraws::Geometry>& maps);

/// Images (N, H, W, 3), or (N, H, W, 1), which are taken as grey, with colours mapped by one affine map each;
/// differentiable in x to every order. Throws ShapeError.
template <class T>
Tensor<T> ada_colour(const Tensor<T>& x, const std::vector<AdaDraws::Colour>& maps);

/// All that was drawn, applied to x: geometry, colour, cutout. Empty lists are skipped. Throws ShapeError.
template <class T>
Tensor<T> ada_augment(const Tensor<T>& x, const AdaDraws& draws);

#define GAN_ADA(T)                                                                                  \
  extern template Tensor<T> ada_geometry(const Tensor<T>&, const std::vector<AdaDraws::Geometry>&); \
  extern template Tensor<T> ada_colour(const Tensor<T>&, const std::vector<AdaDraws::Colour>&);     \
  extern template Tensor<T> ada_augment(const Tensor<T>&, const AdaDraws&);
GAN_ADA(float)
GAN_ADA(double)
#undef GAN_ADA

}  // namespace gan
