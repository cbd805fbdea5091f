// Changes of real images that leave their meaning: for classifiers. (A GAN that sees changed images makes changed
// ones.)
#pragma once

#include "gan/core/rng.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan {

/// Images (N, H, W, C), each moved by -pixels, ..., pixels rows and columns, all equally probable; what
/// comes in from outside is `fill`. Image i's move depends on (rng, i) alone; moves rng to its next draw. Without
/// history. Throws ShapeError for what are no images, ValueError unless 0 <= pixels < H and W.
/// The CPU does it: images on another device are copied there and back.
template <class T>
Tensor<T> random_shift(const Tensor<T>& images, i64 pixels, double fill, Rng& rng);

extern template Tensor<float> random_shift(const Tensor<float>&, i64, double, Rng&);
extern template Tensor<double> random_shift(const Tensor<double>&, i64, double, Rng&);

}  // namespace gan
