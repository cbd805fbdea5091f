// Stacked MNIST and other stacked images.
#include "gan/data/stacked.hpp"

#include "gan/core/rng.hpp"

namespace gan::data {

Images stacked(const Images& images, const StackedOptions& o) {
  if (o.count < 1) throw ValueError("[stacked] " + std::to_string(o.count) + " images; at least 1 is needed");
  if (images.size() == 0 || !images.labelled() || images.channels() != 1)
    throw ValueError("[stacked] grey images with labels are needed");
  const i64 pixels = images.height() * images.width(), k = static_cast<i64>(images.classes().size());
  std::vector<u8> bytes(static_cast<std::size_t>(Shape{o.count, pixels, 3}.size()));
  Annotations about;
  for (i64 label = 0; label < k * k * k; ++label)
    about.classes.push_back(images.classes()[static_cast<std::size_t>(label / k / k)] + " " +
                            images.classes()[static_cast<std::size_t>(label / k % k)] + " " +
                            images.classes()[static_cast<std::size_t>(label % k)]);
  const Rng rng{o.seed, name_stream("stacked"), 0};
  for (i64 i = 0; i < o.count; ++i) {
    const philox::Block random = philox::at(rng, static_cast<u64>(i));
    i64 label = 0;
    for (i64 c = 0; c < 3; ++c) {
      const auto which = static_cast<i64>(random.v[c] % static_cast<u64>(images.size()));
      const std::span<const u8> from = images.image(which);
      for (i64 p = 0; p < pixels; ++p)
        bytes[static_cast<std::size_t>((i * pixels + p) * 3 + c)] = from[static_cast<std::size_t>(p)];
      label = label * k + images.label(which);
    }
    about.labels.push_back(label);
  }
  return Images(std::move(bytes), {o.count, images.height(), images.width(), 3}, std::move(about))
      .scale(images.low(), images.high());
}

}  // namespace gan::data
