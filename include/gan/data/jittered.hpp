// Random jitter: images enlarged and cropped at random, as in the training of pix2pix.
#pragma once

#include "gan/data/source.hpp"

namespace gan::data {

struct JitterOptions {
  i64 enlarge = 30;  ///< pixels that height and width grow by before the crop to the old size
  bool flip = true;  ///< mirror left to right with probability 1/2
};

/// The parts x and y of a source, images (N, H, W, C), enlarged to (N, H + enlarge, W + enlarge, C), bilinearly,
/// cropped at random to their size, and mirrored at random: the same for both, anew in each epoch (Isola et al. 2017,
/// section 6.2: 286 to 256). Other parts stay; batches that have masks or frames, which would no longer fit, throw
/// ValueError: jitter first, then mask.
class Jittered {
 public:
  /// Throws ValueError unless 0 <= enlarge <= 65536.
  Jittered(Source source, const JitterOptions& options);

  i64 size() const { return source_.size(); }
  /// Throws ShapeError for parts that are not images, and if x and y differ in height or width.
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;
  Facts facts() const { return source_.facts(); }

 private:
  Source source_;
  JitterOptions options_;
};

/// Throws ValueError as the constructor.
Jittered jittered(Source source, const JitterOptions& options = {});

}  // namespace gan::data
