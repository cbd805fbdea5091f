// See data/jittered.hpp.
#include "gan/data/jittered.hpp"

#include <algorithm>

#include "gan/ops/resample.hpp"
#include "src/data/checksum.hpp"
#include "src/data/pixels.hpp"

namespace gan::data {
namespace {

Var jitter(const Var& images, const JitterOptions& o, std::span<const i64> indices, const Draws& draws) {
  const i64 h = images.shape(1), w = images.shape(2), c = images.shape(3), wide = w + o.enlarge;
  const Var large = o.enlarge == 0 ? images : resize(images, {h + o.enlarge, wide});
  Var cropped(images.shape());
  float* to = cropped.mutable_data();
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const i64 top = draws.below(o.enlarge + 1, "jitter row", indices[i]);
    const i64 left = draws.below(o.enlarge + 1, "jitter column", indices[i]);
    const float* from = large.data() + static_cast<i64>(i) * large.shape().stride0() + (top * wide + left) * c;
    float* const image = to;
    for (i64 y = 0; y < h; ++y, from += wide * c) to = std::copy_n(from, w * c, to);
    if (o.flip && (draws.bits("jitter flip", indices[i]).v[0] & 1)) mirror(image, h, w, c);
  }
  return cropped;
}

}  // namespace

Jittered::Jittered(Source source, const JitterOptions& options) : source_(std::move(source)), options_(options) {
  if (options_.enlarge < 0 || options_.enlarge > 65536)
    throw ValueError("[jittered] enlarge " + std::to_string(options_.enlarge) + "; 0 to 65536 pixels are possible");
}

Parts Jittered::batch(std::span<const i64> indices, const Draws& draws) const {
  Parts parts = source_.batch(indices, draws);
  for (const char* other : {"mask", "frames"})
    if (parts.has(other))
      throw ValueError("[jittered] the part " + std::string(other) + " cannot be jittered; jitter the images before");
  const Shape x = parts["x"].shape();
  for (const char* name : {"x", "y"}) {
    if (!parts.has(name)) continue;
    const Shape& shape = parts[name].shape();
    GAN_CHECK_SHAPE(shape.rank() == 4 && shape[1] == x[1] && shape[2] == x[2], "jittered",
                    "images (N, H, W, C) of one height and width are needed", x, shape);
    if (!indices.empty()) parts.set(name, jitter(parts[name], options_, indices, draws));
  }
  return parts;
}

std::string Jittered::checksum() const {
  return checksum_of({"jittered", source_.checksum(), std::to_string(options_.enlarge), options_.flip ? "flip" : ""});
}

Jittered jittered(Source source, const JitterOptions& options) { return {std::move(source), options}; }

}  // namespace gan::data
