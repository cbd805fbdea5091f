// Making a generator forget: which of its feature maps draw a thing, and what it draws without them (Radford, Metz &
// Chintala 2015, section 6.3.1, windows of bedrooms).
#pragma once

#include <vector>

#include "gan/analysis/logistic.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/arithmetic.hpp"

namespace gan::analysis {

/// A box drawn in image number `image` of a set, in its pixels: rows [top, bottom), columns [left, right).
struct LabelledBox {
  i64 image = 0, top = 0, left = 0, bottom = 0, right = 0;
};

/// A box of what is brighter than `threshold` in image `image` of images (N, H, W, C), at least in one channel; empty
/// (top = bottom) where nothing is. For generated images of one thing on a dark ground, whose labels are free.
template <class T>
LabelledBox bright_box(const Tensor<T>& images, i64 image, double threshold);

struct FeatureMapOptions {
  i64 negatives_per_positive = 1;
  bool elsewhere = true;  ///< also compare with places outside of the boxes in the same images, as the paper does
  double c = 1;           ///< of the regression, of features scaled to a root mean square of 1
  u64 seed = 1;           ///< of the places outside of boxes
};

/// For each of C feature maps (N, h, w, C), the weight in a logistic regression that tells places within the boxes from
/// places elsewhere: positive maps draw the thing. A place belongs to a box where its middle does, maps being scaled to
/// images of `height` x `width` pixels. Places elsewhere are random ones in the same images and in `others`, boxes of
/// other things. Throws ValueError for no boxes, boxes out of range, and none or only places within boxes.
template <class T>
std::vector<double> feature_map_weights(const Tensor<T>& maps, i64 height, i64 width,
                                        const std::vector<LabelledBox>& boxes,
                                        const std::vector<LabelledBox>& others = {},
                                        const FeatureMapOptions& options = {});

/// The numbers of the maps whose weight is above `threshold`; the paper drops those above 0.
std::vector<i64> maps_above(const std::vector<double>& weights, double threshold = 0);
/// The `count` of them with the highest weights, highest first.
std::vector<i64> highest_maps(const std::vector<double>& weights, i64 count);

/// Images of a generator for z (N, D) with these channels, after its first `stage` layers, 0 everywhere. As for
/// inference, or with the batch's statistics. Throws ValueError for a channel out of range.
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
