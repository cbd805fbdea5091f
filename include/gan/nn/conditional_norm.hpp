// Batch normalisation whose gain and bias depend on a class (Dumoulin et al. 2017; Miyato & Koyama 2018).
#pragma once

#include "gan/nn/norm.hpp"
#include "gan/ops/linear.hpp"

namespace gan {

struct ConditionalBatchNormOptions {
  i64 classes = 0, channels = 0;  ///< both must be given
  double momentum = 0.1;          ///< as in BatchNormOptions
  double epsilon = 1e-5;
  FusedActivation activation = {};
};

/// BatchNorm over the channels of the last axis, (N, C) or (N, H, W, C), with a gamma and a beta for each class, which
/// start at 1 and 0: norm(x, labels, pass), with labels (N) as data::Batch has them. All classes share the statistics.
/// Throws ShapeError unless there is a label for each row, and ValueError as embedding does for other labels and as
/// BatchNorm does in a pass with per_example.
template <class T>
struct BasicConditionalBatchNorm {
  Param<T> weight, bias;                       ///< gamma and beta, (classes, C)
  mutable Param<T> running_mean, running_var;  ///< buffers, (C), as BatchNorm's
  double momentum, epsilon;
  FusedActivation activation;

  explicit BasicConditionalBatchNorm(ConditionalBatchNormOptions o);
  Tensor<T> operator()(const Tensor<T>& x, const Tensor<T>& labels, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    v("bias", bias);
    v("running_mean", running_mean);
    v("running_var", running_var);
  }
};
using ConditionalBatchNorm = BasicConditionalBatchNorm<float>;

extern template struct BasicConditionalBatchNorm<float>;
extern template struct BasicConditionalBatchNorm<double>;

}  // namespace gan
