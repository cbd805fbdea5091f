// Does a generator make the classes that it is asked for? Compares wanted classes with those found by a classifier or
// by nearest neighbours.
#pragma once

#include <span>
#include <vector>

#include "gan/metrics/features.hpp"

namespace gan::metrics {

struct LabelAgreement {
  double share = 0;  ///< share of samples that belong to the wanted class
  i64 classes = 0, samples = 0;
  std::vector<i64> counts = {};  ///< (wanted, found), row-major: the confusion matrix
};
/// From wanted and found class numbers, one of each per sample. Throws ValueError for empty lists, lists of different
/// lengths, and numbers outside [0, classes).
LabelAgreement label_agreement(std::span<const i64> wanted, std::span<const i64> found, i64 classes);

struct MatchedAgreement {
  double share = 0;               ///< share of examples whose group stands for their class
  std::vector<i64> class_of = {};  ///< the class that each group stands for
};
/// How well groups that were found without labels agree with classes: each group stands for a class of its own, and the
/// matching is the one with the largest share (the Hungarian method). It is the accuracy of the unsupervised classifier
/// of InfoGAN (Chen et al. 2016, section 7.2). Both lists number from 0 to below `classes`. Throws as label_agreement.
MatchedAgreement matched_agreement(std::span<const i64> groups, std::span<const i64> labels, i64 classes);

struct NearestNeighbourError {
  double error = 0;     ///< share of queries whose nearest neighbour belongs to another class
  double distance = 0;  ///< mean distance to the nearest neighbour
  i64 samples = 0, queries = 0;
};
/// The error of the 1-nearest-neighbour classifier of labelled samples (N, D) on labelled queries (M, D). With labelled
/// generated images as samples and real test images as queries, it tells whether the generator captures what
/// distinguishes the classes (Radford et al. 2015, supplementary material, table 3). Of equally near samples the first
/// counts. Throws as nearest_neighbours, and ValueError if the number of labels does not match.
NearestNeighbourError nearest_neighbour_error(const Samples& samples, std::span<const i64> labels,
                                              const Samples& queries, std::span<const i64> query_labels);

/// The F1 score of predicted tags, for images that have any number of tags: 2 hits / (predicted + true tags), over all
/// images together. Both (N, tags): a tag is there where the value is above 0.5. 1 when nobody names any tag. Throws
/// ShapeError for different shapes.
inline double tag_f1(const Tensor<float>& predicted, const Tensor<float>& wanted) {
  GAN_CHECK_SHAPE(predicted.defined() && wanted.defined() && predicted.shape() == wanted.shape(), "tag_f1",
                  "as many predicted as true tags are needed", predicted.shape(), wanted.shape());
  const std::vector<float> p = predicted.to_vector(), w = wanted.to_vector();
  i64 hits = 0, named = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    hits += p[i] > 0.5f && w[i] > 0.5f;
    named += (p[i] > 0.5f) + (w[i] > 0.5f);
  }
  return named == 0 ? 1 : 2 * static_cast<double>(hits) / static_cast<double>(named);
}

}  // namespace gan::metrics
