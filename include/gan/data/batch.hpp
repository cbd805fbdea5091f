// Batch: the data that a player uses in one turn.
#pragma once

#include <vector>

#include "gan/tensor/tensor.hpp"

namespace gan::data {

template <class T>
struct BasicBatch {
  Tensor<T> x;               ///< images (n, h, w, c) in the range that the data set was scaled to, or points (n, d)
  Tensor<T> labels;          ///< class numbers (n), or undefined if the data set has none
  std::vector<i64> indices;  ///< positions in the data set, for example to look up captions

  /// Number of images.
  i64 size() const { return x.defined() ? x.shape(0) : 0; }
  /// The labels as integers. Throws ValueError if the data set has no labels.
  std::vector<i64> class_numbers() const {
    if (!labels.defined()) throw ValueError("[Batch] the data have no labels");
    std::vector<i64> numbers;
    for (const T label : labels.to_vector()) numbers.push_back(static_cast<i64>(label));
    return numbers;
  }
  /// The same batch on another device.
  BasicBatch to(Device device) const { return {x.to(device), labels.to(device), indices}; }
};

using Batch = BasicBatch<float>;

}  // namespace gan::data
