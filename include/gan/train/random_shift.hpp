// An augmentation that preserves the label of an image, for training classifiers. What a discriminator is shown is
// augmented by train/augmentation.hpp: a GAN trained on augmented images alone generates augmented images.
#pragma once

#include "gan/core/rng.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan {

/// Shifts each of the images (N, H, W, C) by -pixels, ..., pixels rows and columns, all equally probable, and fills the
/// uncovered border with `fill`. The shift of image i depends on (rng, i) alone; advances rng to its next draw. The
/// result has no history. Throws ShapeError unless x has that shape, ValueError unless 0 <= pixels < H and W.
/// Runs on the CPU: images on another device are copied there and back.
template <class T>
Tensor<T> random_shift(const Tensor<T>& images, i64 pixels, double fill, Rng& rng);

extern template Tensor<float> random_shift(const Tensor<float>&, i64, double, Rng&);
extern template Tensor<double> random_shift(const Tensor<double>&, i64, double, Rng&);

}  // namespace gan
