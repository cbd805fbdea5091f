// Normalisation layers.
#pragma once

#include "gan/nn/features.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/normalize.hpp"

namespace gan {

struct BatchNormOptions {
  double momentum = 0.1;  ///< running = (1 - momentum) running + momentum batch: PyTorch's convention, 1 - Keras's
  double epsilon = 1e-5;
  FusedActivation activation = {};
  Initializer gamma = initializer::constant(1);
};

/// Batch normalisation (Ioffe & Szegedy 2015) of the last axis: (N, C) or (N, H, W, C). In training the batch's biased
/// variance normalises and its unbiased one moves the running variance, as in PyTorch.
template <class T>
struct BasicBatchNorm {
  Param<T> weight, bias;               ///< gamma and beta, (C)
  Param<T> running_mean, running_var;  ///< buffers, (C)
  double momentum, epsilon;
  FusedActivation activation;

  explicit BasicBatchNorm(i64 channels, BatchNormOptions o = {});
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("weight", weight);
    v("bias", bias);
    v("running_mean", running_mean);
    v("running_var", running_var);
  }
  void follow(Features<T>& features) {
    if (features.channels > 0) return;  // one gamma for each channel of an image
    for (Param<T>* p : {&weight, &bias, &running_mean, &running_var}) features.along(*p);
  }
};
using BatchNorm = BasicBatchNorm<float>;

extern template struct BasicBatchNorm<float>;
extern template struct BasicBatchNorm<double>;

}  // namespace gan
