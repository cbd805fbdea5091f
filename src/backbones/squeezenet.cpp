// See backbones/squeezenet.hpp.
#include "gan/backbones/squeezenet.hpp"

#include "gan/ops/pool.hpp"
#include "gan/ops/reduce.hpp"

namespace gan::backbones {
namespace {

/// PyTorch's MaxPool2d(3, 2, ceil_mode=True): the last window may extend beyond the image by a pixel.
template <class T>
Tensor<T> pool(const Tensor<T>& x) {
  const i64 down = (x.shape(1) + 1) % 2, right = (x.shape(2) + 1) % 2;
  return max_pool2d(x, {.kernel = 3, .stride = 2, .padding = {0, down, 0, right}});
}

ConvOptions filters(i64 in, i64 out, i64 kernel, i64 padding) {
  return {.in = in, .out = out, .kernel = kernel, .padding = padding, .activation = {Activation::relu, 0}};
}

}  // namespace

template <class T>
BasicFire<T>::BasicFire(i64 in, i64 squeezed, i64 expand)
    : squeeze(filters(in, squeezed, 1, 0)),
      expand1x1(filters(squeezed, expand, 1, 0)),
      expand3x3(filters(squeezed, expand, 3, 1)) {}

template <class T>
Tensor<T> BasicFire<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const Tensor<T> y = squeeze(x, p);
  return concat<T>({expand1x1(y, p), expand3x3(y, p)}, 3);
}

template <class T>
BasicSqueezeNet<T>::BasicSqueezeNet()
    : first({.in = 3, .out = 64, .kernel = 3, .stride = 2, .activation = {Activation::relu, 0}}),
      fires{BasicFire<T>(64, 16, 64),   BasicFire<T>(128, 16, 64),  BasicFire<T>(128, 32, 128),
            BasicFire<T>(256, 32, 128), BasicFire<T>(256, 48, 192), BasicFire<T>(384, 48, 192),
            BasicFire<T>(384, 64, 256), BasicFire<T>(512, 64, 256)},
      classifier(filters(512, 1000, 1, 0)) {}

template <class T>
std::vector<Tensor<T>> BasicSqueezeNet<T>::levels(const Tensor<T>& images, Pass& p) const {
  GAN_CHECK_SHAPE(
      images.defined() && images.rank() == 4 && images.shape(3) == 3 && images.shape(1) >= 17 && images.shape(2) >= 17,
      "SqueezeNet", "images (n, h, w, 3) of at least 17 x 17 are needed; resize them, repeat grey", images.shape());
  // 2 mean - 1 and 2 deviation of ImageNet's pixels in [0, 1].
  const Tensor<T> mean = Tensor<T>::from({T(-0.030), T(-0.088), T(-0.188)}, Shape{3}).to(images.device());
  const Tensor<T> deviation = Tensor<T>::from({T(0.458), T(0.448), T(0.450)}, Shape{3}).to(images.device());
  std::vector<Tensor<T>> out{first((images - mean) / deviation, p)};
  Tensor<T> x = out[0];
  for (std::size_t i = 0; i < fires.size(); ++i) {
    if (i == 0 || i == 2 || i == 4) x = pool(x);
    x = fires[i](x, p);
    if (i == 1 || i >= 3) out.push_back(x);
  }
  return out;
}

template <class T>
Tensor<T> BasicSqueezeNet<T>::operator()(const Tensor<T>& images, Pass& p) const {
  return mean(levels(images, p).back(), {1, 2});
}

template <class T>
Tensor<T> BasicSqueezeNet<T>::logits(const Tensor<T>& images, Pass& p) const {
  return mean(classifier(levels(images, p).back(), p), {1, 2});
}

template struct BasicFire<float>;
template struct BasicFire<double>;
template struct BasicSqueezeNet<float>;
template struct BasicSqueezeNet<double>;

}  // namespace gan::backbones
