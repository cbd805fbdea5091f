// What data a system is trained on, described by data; and opening files that fit the description.
#pragma once

#include <string>

#include "gan/data/masked.hpp"
#include "gan/data/source.hpp"

namespace gan::data {

/// The parts of the batches that a system needs. Images are squares.
struct Needs {
  Shape x = {};            ///< (H, W, C) of images x, or (D) of points
  Shape y = {};            ///< (H, W, C) of images y; empty: none
  bool paired = false;     ///< every y belongs to its x; otherwise they are two collections
  i64 enlarge = 0;         ///< pixels by which images are enlarged before a random crop, see JitterOptions
  i64 factor = 0;          ///< x is y made smaller by this factor, from random crops of larger images; 0: it is not
  i64 per_image = 1;       ///< such crops of each image in an epoch
  bool labels = false;     ///< class numbers
  i64 labels_per_class = 0;  ///< so many examples of each class have labels, see PartlyLabelled; 0: all
  u64 labels_seed = 1;       ///< which these are
  bool text = false;       ///< captions as token numbers (N, text_length)
  i64 text_length = 0;     ///< 0: that of the longest caption
  std::string vocabulary = {};  ///< of the captions; empty: made from them
  bool mask = false;       ///< holes in x
  MaskOptions holes = {};  ///< how they are made
  i64 frames = 0;          ///< clips of this many images x, in the part frames; 0: none
  i64 stride = 1;          ///< images from one frame of a clip to the next
  float low = -1, high = 1;          ///< the values of black and white
  float x_low = low, x_high = high;  ///< the same in x where there is a factor
};

/// Where the data lie.
struct Places {
  std::string data;        ///< a name or folder as data::load takes it; for pairs a folder of images side by side
  std::string data_y = {};      ///< the folder of y, for pairs in two folders and for two collections
  std::string captions = {};    ///< a file with lines "image<tab>caption" for images without captions of their own
  Split split = Split::train;
  bool flip = false;       ///< mirror images at random, pairs and clips as a whole
  i64 count = 0;           ///< the first images, pairs or points only; 0: all
};

/// Opens data that fit: load() or load_points() for x alone, which is then all that the source is; for more parts see
/// the headers of this folder that are named after them. Throws DataError naming what is missing, or given but not
/// needed, and which flag of the programs gives it; ValueError for needs that no data meet: points with any further
/// part but labels; more than one of y, text, frames, a factor and labels_per_class; masks, or enlarging, of clips and
/// points; else as those readers.
Source open(const Needs& needs, const Places& places);

/// The width in pixels of the black border that brings a data set to this size without blurring strokes: 2 around the
/// 28 x 28 images of MNIST and Fashion-MNIST for a network of 32 x 32, else 0.
i64 border_of(const std::string& data, i64 size);

}  // namespace gan::data
