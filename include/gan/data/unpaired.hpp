// Two collections whose examples do not belong together, such as photographs and paintings.
#pragma once

#include <algorithm>

#include "gan/data/source.hpp"

namespace gan::data {

/// The parts of an example of the first source, and as y the part x of an example of the second. The size, and thus an
/// epoch, is that of the larger collection, whose examples keep their indices. Which example of the smaller one goes
/// with index i depends on (seed, epoch, i) alone: the smaller collection is walked ceil(large / small) times per
/// epoch, each time in another order and with other random choices, the last time perhaps not to its end. Over a whole
/// epoch, each example of the larger collection is met once, each of the smaller floor(large / small) or ceil(large /
/// small) times.
class Unpaired {
 public:
  /// Throws ValueError if a source is empty.
  Unpaired(Source x, Source y);

  i64 size() const { return std::max(x_.size(), y_.size()); }
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;
  /// Those of the first source.
  Facts facts() const { return x_.facts(); }

 private:
  Source x_, y_;
};

/// Throws ValueError as the constructor.
Unpaired unpaired(Source x, Source y);

}  // namespace gan::data
