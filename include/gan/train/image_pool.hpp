// A pool of earlier fakes, of which the discriminator is shown some, so that it does not forget them.
#pragma once

#include "gan/nn/module.hpp"

namespace gan {

/// A history of generated images (Shrivastava et al. 2017, section 2.3, in the form of Zhu et al. 2017, section 4: 50
/// images). Each new image is kept and shown until the pool is full; from then on, with probability 1/2, an image drawn
/// from the pool is shown in its place, and the new one takes that place. Checkpoints hold the pool of a system that
/// visits it. Its choices are made on the host, so that a turn that uses it is not recorded (train/turn_graphs.hpp).
template <class T>
class BasicImagePool {
 public:
  /// Images (H, W, C), at most `capacity` of them. Throws ValueError unless capacity >= 0; with 0 every image is shown.
  BasicImagePool(i64 capacity, Shape image);

  /// The images (N, H, W, C) to show in place of `fakes` (N, H, W, C), without history; advances rng to its next draw.
  /// Throws ShapeError for images of another shape.
  Tensor<T> operator()(const Tensor<T>& fakes, Rng& rng);
  /// The number of images in the pool.
  i64 size() const { return static_cast<i64>(count_); }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("images", images_);
    v("count", count_);
  }

 private:
  i64 capacity_;
  Param<T> images_;  // (capacity, H, W, C), the first count_ in use
  u64 count_ = 0;
};
using ImagePool = BasicImagePool<float>;

extern template class BasicImagePool<float>;
extern template class BasicImagePool<double>;

}  // namespace gan
