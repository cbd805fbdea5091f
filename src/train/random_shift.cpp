// See train/random_shift.hpp.
#include "gan/train/random_shift.hpp"

#include <algorithm>

#include "gan/core/parallel.hpp"

namespace gan {

template <class T>
Tensor<T> random_shift(const Tensor<T>& images, i64 pixels, double fill, Rng& rng) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4, "random_shift", "images (n, h, w, c) are needed",
                  images.shape());
  const i64 n = images.shape(0), h = images.shape(1), w = images.shape(2), c = images.shape(3);
  if (pixels < 0 || pixels >= std::min(h, w))
    throw ValueError("[random_shift] " + std::to_string(pixels) + " pixels of images " + to_string(images.shape()));
  if (!images.device().is_cpu()) return random_shift(images.to(Device::cpu()), pixels, fill, rng).to(images.device());
  const u64 key = philox::stream_key(rng);
  const auto ways = static_cast<u64>(2 * pixels + 1);
  Tensor<T> moved = Tensor<T>::full(images.shape(), static_cast<T>(fill));
  const T* from = images.data();
  T* to = moved.mutable_data();
  parallel_for(n, std::max<i64>(1, 65536 / (h * w * c + 1)), [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) {
      const philox::Block random = philox::block(key, static_cast<u64>(i), rng.draw);
      const i64 down = static_cast<i64>(random.v[0] % ways) - pixels,
                right = static_cast<i64>(random.v[1] % ways) - pixels;
      const i64 kept = (w - std::abs(right)) * c;
      for (i64 y = std::max<i64>(0, down); y < std::min(h, h + down); ++y) {
        const T* row = from + ((i * h + y - down) * w + std::max<i64>(0, -right)) * c;
        std::copy(row, row + kept, to + ((i * h + y) * w + std::max<i64>(0, right)) * c);
      }
    }
  });
  ++rng.draw;
  return moved;
}

template Tensor<float> random_shift(const Tensor<float>&, i64, double, Rng&);
template Tensor<double> random_shift(const Tensor<double>&, i64, double, Rng&);

}  // namespace gan
