// Images with holes, for completing them.
#pragma once

#include <span>

#include "gan/data/source.hpp"

namespace gan::data {

enum class Holes {
  centre,  ///< a rectangle in the middle, always the same
  half,    ///< one half: left, right, top or bottom
  blocks,  ///< squares anywhere
  pixels   ///< single pixels, each with the same probability
};
std::span<const char* const> enum_names(Holes);

struct MaskOptions {
  Holes kind = Holes::centre;
  double share = 0.25;  ///< of the area in holes, blocks cover at least that much; `half` does not use it
  i64 block = 0;        ///< side of the squares of `blocks`; 0: an eighth of the shorter side of the image
};

/// The parts of a source with images x (N, H, W, C), and mask (N, H, W, 1): 1 where x is known, 0 in its holes. The
/// images stay whole; x * mask has the holes. Random holes are drawn anew in each epoch.
class Masked {
 public:
  /// Throws ValueError unless 0 < share < 1 and 0 <= block <= 65536.
  Masked(Source source, const MaskOptions& options);

  i64 size() const { return source_.size(); }
  /// Throws ShapeError if x are not images.
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;
  Facts facts() const { return source_.facts(); }

 private:
  Source source_;
  MaskOptions options_;
};

/// Throws ValueError as the constructor.
Masked masked(Source source, const MaskOptions& options = {});

}  // namespace gan::data
