// The inputs of metrics. A metric compares sets of samples: images, points, or features of images under some network.
// All sums are in double, whatever the type of the tensors, and results do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "gan/nn/pass.hpp"
#include "gan/tensor/history.hpp"
#include "gan/tensor/tensor.hpp"

namespace gan::metrics {

/// N samples of D numbers each: any tensor (N, ...) of float or double, on any device, with its other axes flattened
/// into one. Tensors convert to Samples implicitly. Copying is cheap.
class Samples {
 public:
  /// Throws ShapeError for an undefined tensor, for fewer than two axes, and for samples without numbers.
  Samples(const Tensor<float>& x);
  Samples(const Tensor<double>& x);

  i64 count() const { return shape_[0]; }
  i64 width() const;
  const Shape& shape() const { return shape_; }

  /// Reads samples first, ..., first + count - 1, row-major, as doubles, and subtracts `shift`, which has width()
  /// numbers, if it is given.
  void read(i64 first, i64 count, double* to, const double* shift = nullptr) const;

 private:
  Tensor<float> floats_;
  Tensor<double> doubles_;
  Shape shape_;
};

struct FeatureOptions {
  i64 batch = 100;  ///< images per pass through the network
};

/// The features of images (N, ...) under a network (a callable `net(images, pass)`), flattened to (N, D). Records no
/// history, with dropout off and BatchNorm using its running statistics. Throws ValueError unless batch >= 1,
/// ShapeError if there are no images, and whatever the network throws.
template <class Net, class T>
Tensor<T> features(Net& net, const Tensor<T>& images, FeatureOptions options = {}) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() >= 1 && images.shape(0) >= 1, "features",
                  "a network needs at least one image", images.shape());
  if (options.batch < 1)
    throw ValueError("[features] batch " + std::to_string(options.batch) + "; at least 1 image is needed");
  const NoGrad constant;
  Pass pass = Pass::inference();
  Tensor<T> all;
  const i64 n = images.shape(0), stride = images.shape().stride0();
  for (i64 first = 0; first < n; first += options.batch) {
    const i64 count = std::min(options.batch, n - first);
    const Tensor<T> part = net(images.view(images.shape().with(0, count), first * stride), pass);
    const i64 width = part.shape().stride0();
    if (!all.defined()) all = Tensor<T>(Shape{n, width});
    GAN_CHECK_SHAPE(part.rank() >= 1 && part.shape(0) == count && width == all.shape(1), "features",
                    "the network gives one row per image", part.shape(), Shape{count, all.shape(1)});
    all.view(Shape{count, width}, first * width).copy_from(part.to(Device::cpu()).view(Shape{count, width}));
  }
  return all;
}

/// `size` distinct numbers from 0, ..., n - 1, a function of rng alone. Throws ValueError unless 0 <= size <= n.
std::vector<i64> choose(i64 n, i64 size, Rng rng);

}  // namespace gan::metrics
