// A learnt vector per class.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/ops/linear.hpp"

namespace gan {

struct EmbeddingOptions {
  i64 classes = 0, width = 0;  ///< both must be given
  Initializer initializer = initializer::normal(1);
};

/// Labels (N), class indices as in data::Batch → (N, width). Throws ValueError for a label that is not an integer in
/// [0, classes).
template <class T>
struct BasicEmbedding {
  Param<T> weight;  ///< (classes, width)
  static constexpr int output_axis = 0;  ///< the axis of the weight that counts as that of outputs, as in PyTorch

  explicit BasicEmbedding(const EmbeddingOptions& o);
  Tensor<T> operator()(const Tensor<T>& labels, Pass& p) const {
    weight.require_ready("Embedding");
    return with_weight(labels, weight.tensor(), p);
  }
  /// The layer with w (classes, width) in place of its weight, such as one that was normalised. Throws ShapeError for a
  /// w of another shape.
  Tensor<T> with_weight(const Tensor<T>& labels, const Tensor<T>& w, Pass& p) const {
    weight.require_shape_of("Embedding", w);
    return traced("Embedding", embedding(w, labels), p, weight);
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) { v("weight", weight); }
};
using Embedding = BasicEmbedding<float>;

extern template struct BasicEmbedding<float>;
extern template struct BasicEmbedding<double>;

}  // namespace gan
