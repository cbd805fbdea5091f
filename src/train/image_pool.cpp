// See train/image_pool.hpp.
#include "gan/train/image_pool.hpp"

#include "gan/ops/shape.hpp"

namespace gan {

template <class T>
BasicImagePool<T>::BasicImagePool(i64 capacity, Shape image) : capacity_(capacity) {
  if (capacity < 0) throw ValueError("[ImagePool] a capacity of " + std::to_string(capacity) + " images");
  images_ = Param<T>(image.prepend(capacity), Param<T>::Kind::buffer, initializer::constant(0));
}

template <class T>
Tensor<T> BasicImagePool<T>::operator()(const Tensor<T>& fakes, Rng& rng) {
  GAN_CHECK_SHAPE(fakes.rank() >= 1 && fakes.shape().tail() == images_.shape().tail(), "ImagePool",
                  "images of the pool's shape are needed", fakes.shape(), images_.shape());
  const Tensor<T> fresh = detach(fakes);
  if (capacity_ == 0) return fresh;
  // Places in the pool followed by the new images: what is shown, and what the pool holds afterwards.
  std::vector<i64> shown, held(static_cast<std::size_t>(capacity_));
  for (i64 i = 0; i < capacity_; ++i) held[static_cast<std::size_t>(i)] = i;
  for (i64 i = 0; i < fresh.shape(0); ++i) {
    const philox::Block bits = philox::at(rng, static_cast<u64>(i));
    const i64 own = capacity_ + i;
    if (size() < capacity_) {
      held[count_++] = own;
      shown.push_back(own);
    } else if (bits.v[0] & 1) {
      i64& place = held[static_cast<std::size_t>(static_cast<u64>(capacity_) * bits.v[1] >> 32)];
      shown.push_back(place);
      place = own;
    } else {
      shown.push_back(own);
    }
  }
  ++rng.draw;
  const NoGrad constant;
  const Tensor<T> both = concat<T>({images_.tensor(), fresh});
  images_.set(gather(both, held));
  return gather(both, shown);
}

template class BasicImagePool<float>;
template class BasicImagePool<double>;

}  // namespace gan
