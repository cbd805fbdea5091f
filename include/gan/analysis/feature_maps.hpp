// Making a generator forget an object: which of its feature maps draw it, and what the generator draws without them
// (Radford, Metz & Chintala 2015, section 6.3.1, windows of bedrooms).
#pragma once

#include <vector>

#include "gan/analysis/logistic.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/arithmetic.hpp"

namespace gan::analysis {

/// A box in image number `image` of a set, in pixels: rows [top, bottom), columns [left, right).
struct LabelledBox {
  i64 image = 0, top = 0, left = 0, bottom = 0, right = 0;
};

/// The bounding box of the pixels of image `image` of images (N, H, W, C) that are brighter than `threshold` in at
/// least one channel; empty (top = bottom) if there are none. For generated images of one object on a dark background,
/// which it labels at no cost.
template <class T>
LabelledBox bright_box(const Tensor<T>& images, i64 image, double threshold);

struct FeatureMapOptions {
  i64 negatives_per_positive = 1;
  bool elsewhere = true;  ///< also compare with positions outside the boxes in the same images, as in the paper
  double c = 1;           ///< weight of the errors in the regression, on features scaled to a root mean square of 1
  u64 seed = 1;           ///< for the choice of positions outside the boxes
};

/// For each of C feature maps (N, h, w, C), its weight in a logistic regression that separates positions inside the
/// boxes from positions elsewhere: maps with positive weights draw the object. A position belongs to a box if its
/// centre does, with maps scaled to images of `height` x `width` pixels. Positions elsewhere are chosen at random in
/// the same images and in `others`, boxes around other objects. Throws ValueError if there are no boxes, a box is out
/// of range, or there are no positions inside boxes or none elsewhere.
template <class T>
std::vector<double> feature_map_weights(const Tensor<T>& maps, i64 height, i64 width,
                                        const std::vector<LabelledBox>& boxes,
                                        const std::vector<LabelledBox>& others = {},
                                        const FeatureMapOptions& options = {});

/// The indices of the maps whose weight is above `threshold`; the paper drops those above 0.
std::vector<i64> maps_above(const std::vector<double>& weights, double threshold = 0);
/// The indices of the `count` maps with the highest weights, highest first.
std::vector<i64> highest_maps(const std::vector<double>& weights, i64 count);

/// The images of a generator for z (N, D) with these channels of the feature maps after its first `stage` layers set to
/// 0. Runs in inference mode, or with the statistics of the batch. Throws ValueError for a channel out of range.
template <class T>
Tensor<T> generate_without(const BasicSequential<T>& generator, const Tensor<T>& z, std::size_t stage,
                           const std::vector<i64>& channels, bool batch_statistics = false);

#define GAN_FEATURE_MAPS(T)                                                                                            \
  extern template LabelledBox bright_box(const Tensor<T>&, i64, double);                                               \
  extern template std::vector<double> feature_map_weights(const Tensor<T>&, i64, i64, const std::vector<LabelledBox>&, \
                                                          const std::vector<LabelledBox>&, const FeatureMapOptions&);  \
  extern template Tensor<T> generate_without(const BasicSequential<T>&, const Tensor<T>&, std::size_t,                 \
                                             const std::vector<i64>&, bool);
GAN_FEATURE_MAPS(float)
GAN_FEATURE_MAPS(double)
#undef GAN_FEATURE_MAPS

}  // namespace gan::analysis
