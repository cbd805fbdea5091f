// Dataset: checks, batches, resizing.
#include "gan/data/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "gan/core/parallel.hpp"
#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

/// What one output place of a resize takes from its line: weights[0 .. count) for the inputs from `first` on.
struct Taps {
  i64 first = 0;
  std::vector<i32> weights;  // sum to about 2^weight_bits
};
constexpr int weight_bits = 22;

/// The triangle filter, widened by the ratio when the image shrinks.
std::vector<Taps> triangle_taps(i64 from, i64 to) {
  const double ratio = static_cast<double>(from) / static_cast<double>(to);
  const double widening = std::max(1.0, ratio);
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  std::vector<double> w;
  for (i64 x = 0; x < to; ++x) {
    const double centre = (static_cast<double>(x) + 0.5) * ratio;
    Taps& t = taps[static_cast<std::size_t>(x)];
    t.first = std::max<i64>(0, static_cast<i64>(centre - widening + 0.5));
    const i64 end = std::min(from, static_cast<i64>(centre + widening + 0.5));
    w.clear();
    double sum = 0;
    for (i64 i = t.first; i < end; ++i) {
      w.push_back(std::max(0.0, 1.0 - std::abs((static_cast<double>(i) - centre + 0.5) / widening)));
      sum += w.back();
    }
    for (double v : w) t.weights.push_back(static_cast<i32>(v / sum * (1 << weight_bits) + 0.5));
  }
  return taps;
}

/// One line of `taps.size()` bytes, `to_step` apart, from one whose bytes are `from_step` apart.
void resize_line(const u8* from, i64 from_step, u8* to, i64 to_step, const std::vector<Taps>& taps) {
  for (const Taps& t : taps) {
    i32 sum = 1 << (weight_bits - 1);
    const u8* source = from + t.first * from_step;
    for (i32 w : t.weights) {
      sum += w * *source;
      source += from_step;
    }
    *to = static_cast<u8>(std::clamp(sum >> weight_bits, 0, 255));
    to += to_step;
  }
}

std::string count_of(std::size_t n, const char* what) { return std::to_string(n) + " " + what; }

}  // namespace

Dataset::Dataset(std::vector<u8> pixels, Shape shape, Annotations annotations) : shape_(shape) {
  GAN_CHECK_SHAPE(shape.rank() == 4 && shape.size() > 0, "Dataset", "images need extents (N, H, W, C), none of them 0",
                  shape);
  if (static_cast<i64>(pixels.size()) != shape.size())
    throw ShapeError("[Dataset] " + count_of(pixels.size(), "bytes") + " for images " + to_string(shape));
  const auto n = static_cast<std::size_t>(shape[0]);
  const Annotations& a = annotations;
  if (!a.labels.empty() && a.labels.size() != n)
    throw ValueError("[Dataset] " + count_of(a.labels.size(), "labels") + " for " + count_of(n, "images"));
  if (!a.captions.empty() && a.captions.size() != n)
    throw ValueError("[Dataset] " + count_of(a.captions.size(), "captions") + " for " + count_of(n, "images"));
  for (i64 label : a.labels) {
    if (label < 0 || label >= static_cast<i64>(a.classes.size()))
      throw ValueError("[Dataset] label " + std::to_string(label) + " with " + count_of(a.classes.size(), "classes"));
  }
  content_ = std::make_shared<const Content>(Content{std::move(pixels), std::move(annotations)});
}

std::span<const u8> Dataset::pixels() const& {
  if (!content_) return {};
  return std::span<const u8>(content_->pixels).first(static_cast<std::size_t>(shape_.size()));
}

std::span<const u8> Dataset::image(i64 i) const {
  check_index(i, "image");
  return pixels().subspan(static_cast<std::size_t>(i * shape_.stride0()), static_cast<std::size_t>(shape_.stride0()));
}

void Dataset::check_index(i64 i, const char* what) const {
  if (i < 0 || i >= size())
    throw ValueError("[Dataset::" + std::string(what) + "] index " + std::to_string(i) + " of " +
                     std::to_string(size()) + " images");
}

i64 Dataset::label(i64 i) const {
  check_index(i, "label");
  if (!labelled()) throw ValueError("[Dataset::label] this data set has no labels");
  return content_->annotations.labels[static_cast<std::size_t>(i)];
}

const std::string& Dataset::caption(i64 i) const {
  check_index(i, "caption");
  if (!captioned()) throw ValueError("[Dataset::caption] this data set has no captions");
  return content_->annotations.captions[static_cast<std::size_t>(i)];
}

const std::vector<std::string>& Dataset::classes() const {
  static const std::vector<std::string> none;
  return content_ ? content_->annotations.classes : none;
}

Dataset Dataset::resize(i64 side) const {
  if (side < 1 || side > 65536)
    throw ValueError("[Dataset::resize] size " + std::to_string(side) + "; 1 to 65536 is possible");
  if (!content_ || (side == height() && side == width())) return *this;
  const i64 h = height(), w = width(), c = channels();
  const std::vector<Taps> across = triangle_taps(w, side), down = triangle_taps(h, side);
  std::vector<u8> out(static_cast<std::size_t>(size() * side * side * c));
  const u8* in = pixels().data();
  parallel_for(size(), 16, [&](i64 begin, i64 end) {
    std::vector<u8> wide(static_cast<std::size_t>(h * side * c));  // (H, side, C)
    for (i64 n = begin; n < end; ++n) {
      const u8* from = in + n * h * w * c;
      u8* to = out.data() + n * side * side * c;
      for (i64 y = 0; y < h; ++y) {
        u8* row = wide.data() + y * side * c;
        if (side == w) {
          std::memcpy(row, from + y * w * c, static_cast<std::size_t>(w * c));
          continue;
        }
        for (i64 k = 0; k < c; ++k) resize_line(from + y * w * c + k, c, row + k, c, across);
      }
      if (side == h) {
        std::memcpy(to, wide.data(), wide.size());
        continue;
      }
      for (i64 x = 0; x < side * c; ++x) resize_line(wide.data() + x, side * c, to + x, side * c, down);
    }
  });
  Annotations annotations = content_->annotations;
  const auto n = static_cast<std::size_t>(size());  // fewer than the annotations after take()
  if (!annotations.labels.empty()) annotations.labels.resize(n);
  if (!annotations.captions.empty()) annotations.captions.resize(n);
  return Dataset(std::move(out), {size(), side, side, c}, std::move(annotations)).scale(low_, high_);
}

Dataset Dataset::scale(float low, float high) const {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high))
    throw ValueError("[Dataset::scale] range " + std::to_string(low) + " to " + std::to_string(high) +
                     "; low must be below high");
  Dataset scaled = *this;
  scaled.low_ = low;
  scaled.high_ = high;
  return scaled;
}

Dataset Dataset::take(i64 n) const {
  if (n < 1 || n > size())
    throw ValueError("[Dataset::take] " + std::to_string(n) + " of " + std::to_string(size()) + " images");
  Dataset first = *this;
  first.shape_ = shape_.with(0, n);
  return first;
}

template <class T>
BasicBatch<T> Dataset::batch(std::span<const i64> indices) const {
  for (i64 i : indices) check_index(i, "batch");
  T values[256];
  for (int i = 0; i < 256; ++i) values[i] = static_cast<T>(low_ + (double{high_} - low_) * i / 255);
  const auto n = static_cast<i64>(indices.size());
  BasicBatch<T> b{Tensor<T>({n, height(), width(), channels()}), {}, {indices.begin(), indices.end()}};
  const i64 elements = shape_.stride0();
  const u8* bytes = pixels().data();
  T* x = b.x.mutable_data();
  parallel_for(n, std::max<i64>(1, 131072 / elements), [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i) {
      const u8* from = bytes + indices[static_cast<std::size_t>(i)] * elements;
      T* to = x + i * elements;
      for (i64 j = 0; j < elements; ++j) to[j] = values[from[j]];
    }
  });
  if (labelled()) {
    b.labels = Tensor<T>({n});
    T* labels = b.labels.mutable_data();
    for (i64 i = 0; i < n; ++i) labels[i] = static_cast<T>(label(indices[static_cast<std::size_t>(i)]));
  }
  return b;
}

template BasicBatch<float> Dataset::batch(std::span<const i64>) const;
template BasicBatch<double> Dataset::batch(std::span<const i64>) const;

Loader Dataset::batches(i64 batch_size) const { return Loader(*this, {.batch_size = batch_size}); }

}  // namespace gan::data
