// Batch: the data that a player uses in one turn.
#pragma once

#include "gan/tensor/parts.hpp"

namespace gan::data {

/// Parts of the same examples, batch["x"], batch["labels"], with the places of the examples in their source. See
/// tensor/parts.hpp for the names.
template <class T>
struct BasicBatch : BasicParts<T> {
  std::vector<i64> indices;  ///< positions in the source

  BasicBatch() = default;
  BasicBatch(BasicParts<T> parts, std::vector<i64> positions = {})
      : BasicParts<T>(std::move(parts)), indices(std::move(positions)) {}

  /// Number of examples.
  i64 size() const { return this->rows(); }
  /// The same batch on another device.
  BasicBatch to(Device device) const { return {BasicParts<T>::to(device), indices}; }
};

using Batch = BasicBatch<float>;

}  // namespace gan::data
