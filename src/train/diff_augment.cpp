// See train/diff_augment.hpp.
#include "gan/train/diff_augment.hpp"

#include "gan/core/suggest.hpp"

namespace gan {
namespace {

/// x (N, H, W, C) with every channel of a pixel replaced by the mean of its channels. Sums along short rows would take
/// five times as long.
template <class T>
Tensor<T> greys(const Tensor<T>& x) {
  const i64 c = x.shape(3);
  Tensor<T> total = slice(x, 3, 0, 1);
  for (i64 k = 1; k < c; ++k) total = total + slice(x, 3, k, k + 1);
  return concat(Tensors<T>(static_cast<std::size_t>(c), total / static_cast<double>(c)), 3);
}

}  // namespace

template <class T>
Tensor<T> diff_augment(const Tensor<T>& x, const DiffAugmentDraws<T>& draws) {
  GAN_CHECK_SHAPE(x.rank() == 4 && x.size() > 0, "DiffAugment", "images (N, H, W, C) are needed", x.shape());
  Tensor<T> y = x;
  if (draws.contrast.defined()) {
    // The three steps as one sum. Saturation keeps the mean of the image, and brightness adds to that of each pixel, so
    // that both means are those of x; with one channel, a pixel is its own mean.
    const Tensor<T>&contrast = draws.contrast, shift = draws.brightness + (1.0 - contrast) * mean(x, {1, 2, 3}, true);
    if (x.shape(3) == 1) {
      y = x * contrast + shift;
    } else {
      const Tensor<T> own = contrast * draws.saturation;
      y = (x * own + greys(x) * (contrast - own)) + shift;
    }
  }
  return draws.place.defined() ? translate_cutout(y, draws.place) : y;
}

template <class T>
DiffAugmentDraws<T> DiffAugment::draw(const Shape& images, Rng& rng, Device device) const {
  GAN_CHECK_SHAPE(images.rank() == 4 && images.size() > 0, "DiffAugment", "images (N, H, W, C) are needed", images);
  const i64 n = images[0];
  const Tensor<T> uniform = rand<T>({n, 7}, rng, 0, 1, device);
  DiffAugmentDraws<T> draws;
  if (colour) {
    const auto between = [&](int column, double low, double high) {
      return affine(reshape(slice(uniform, 1, column, column + 1), Shape{n, 1, 1, 1}), high - low, low);
    };
    draws.brightness = between(0, -0.5, 0.5);
    draws.saturation = between(1, 0, 2);
    draws.contrast = between(2, 0.5, 1.5);
  }
  if (!translation && !cutout) return draws;
  /// first, first + 1, …, one of so many.
  const auto whole = [&](int column, i64 choices, i64 first) {
    const double many = static_cast<double>(choices);
    const Tensor<T> at = affine(slice(uniform, 1, column, column + 1), many, 0);
    return affine(map(at, functor::ClassNumber{many}, "DiffAugment"), 1, static_cast<double>(first));
  };
  const Tensor<T> zero = Tensor<T>::zeros({n, 1}, device);
  Tensors<T> place(6, zero);
  for (const int axis : {0, 1}) {
    const auto k = static_cast<std::size_t>(axis);
    const i64 extent = images[axis + 1], most = (extent + 4) / 8, size = (extent + 1) / 2;
    if (translation) place[k] = whole(3 + axis, 2 * most + 1, -most);
    if (!cutout) continue;
    place[2 + k] = whole(5 + axis, extent + 1 - size % 2, -(size / 2));
    place[4 + k] = affine(place[2 + k], 1, static_cast<double>(size));
  }
  draws.place = concat(place, 1);
  return draws;
}

DiffAugment DiffAugment::policy(std::string_view names) {
  DiffAugment chosen{.colour = false, .translation = false, .cutout = false};
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name == "color" || name == "colour") {
      chosen.colour = true;
    } else if (name == "translation") {
      chosen.translation = true;
    } else if (name == "cutout") {
      chosen.cutout = true;
    } else {
      const std::string known[] = {"color", "colour", "translation", "cutout"};
      throw ValueError("[DiffAugment] no augmentation '" + std::string(name) + "'; did you mean '" +
                       nearest(name, known) + "'? There are color, translation and cutout");
    }
  }
  return chosen;
}

#define GAN_DIFF_AUGMENT(T)                                                      \
  template Tensor<T> diff_augment(const Tensor<T>&, const DiffAugmentDraws<T>&); \
  template DiffAugmentDraws<T> DiffAugment::draw<T>(const Shape&, Rng&, Device) const;
GAN_DIFF_AUGMENT(float)
GAN_DIFF_AUGMENT(double)
#undef GAN_DIFF_AUGMENT

}  // namespace gan
