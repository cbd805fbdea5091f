// What Sequential knows, without running it, of the numbers that pass between its layers: where an image is flattened
// for a Dense, or a Dense makes an image. Files number those features as PyTorch does, (C, H, W).
#pragma once

#include "gan/nn/param.hpp"

namespace gan {

/// Handed from layer to layer. A layer that has parameters or changes the shape may have
///   void propagate_layout(ChannelLayout<T>& layout);
/// A layer with parameters and without it makes everything unknown; one without both changes nothing.
template <class T>
struct ChannelLayout {
  i64 channels = 0;                 ///< of the image that comes in; 0: unknown, or no image
  i64 flattened = 0;                ///< channels of the image whose flattened features come in; 0: unknown, or none
  std::vector<Param<T>*> producers; ///< parameters whose first axis numbers the features that come in

  /// An image of c channels comes out; whoever made flat features made this image's.
  void image(i64 c) {
    for (Param<T>* p : producers) p->file.out_channels = c;
    *this = {};
    channels = c;
  }
  /// The parameter's first axis numbers the features that come in, as a batch norm's do; of an image, its channels.
  void along(Param<T>& p) {
    if (!p.defined() || channels > 0) return;
    if (flattened > 0) p.file.out_channels = flattened;
    producers.push_back(&p);
  }
};

}  // namespace gan
