// Images of which only a few have labels, for semi-supervised learning.
#pragma once

#include "gan/data/images.hpp"
#include "gan/data/unpaired.hpp"

namespace gan::data {

struct PartlyLabelledOptions {
  i64 per_class = 10;  ///< images of each class that keep their labels
  u64 seed = 1;        ///< of the draw of these images, which no other seed changes
};

/// x is an image out of all, whose label nobody sees; y is one of the labelled images, and labels is its class. Each
/// class has the same number of labelled images, drawn at random. The labelled images are walked again and again, each
/// time in another order, as the smaller collection of Unpaired: which of them goes with an index depends on (seed,
/// epoch, index) alone, and all are met equally often, up to one time.
class PartlyLabelled {
 public:
  /// Throws ValueError for images without labels, unless per_class is at least 1, and naming a class of fewer images.
  explicit PartlyLabelled(const Images& images, const PartlyLabelledOptions& options = {});

  i64 size() const { return both_.size(); }
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const { return both_.checksum(); }
  /// Those of the images.
  Facts facts() const { return both_.facts(); }
  /// The images that have labels.
  const Images& labelled() const { return labelled_; }

 private:
  Images labelled_;
  Unpaired both_;  ///< of the labelled images and all of them
};

/// Throws ValueError as the constructor.
PartlyLabelled partly_labelled(const Images& images, const PartlyLabelledOptions& options = {});

}  // namespace gan::data
