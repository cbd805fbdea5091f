// ChannelLayout: what Sequential knows, without running, about the features that pass between its layers: where an
// image is flattened for a Dense, or where the output of a Dense becomes an image. Files order those features as
// PyTorch does, (C, H, W).
#pragma once

#include "gan/nn/param.hpp"

namespace gan {

/// Passed from layer to layer. A layer that has parameters or changes the shape may define
///   void propagate_layout(ChannelLayout<T>& layout);
/// A layer that has parameters but no such function makes everything unknown; a layer with neither changes nothing.
template <class T>
struct ChannelLayout {
  i64 channels = 0;                 ///< of the incoming image; 0: unknown, or not an image
  i64 flattened = 0;                ///< channels of the image that was flattened to the input; 0: unknown, or none
  std::vector<Param<T>*> producers; ///< parameters whose first axis indexes the incoming features

  /// Declares an output image of c channels; the producers of the incoming flat features have produced this image.
  void image(i64 c) {
    for (Param<T>* p : producers) p->file.out_channels = c;
    *this = {};
    channels = c;
  }
  /// Declares that the first axis of p indexes the incoming features, as in a batch norm; for an image, its channels.
  void along(Param<T>& p) {
    if (!p.defined() || channels > 0) return;
    if (flattened > 0) p.file.out_channels = flattened;
    producers.push_back(&p);
  }
};

}  // namespace gan
