// Pairs: examples of two sources that belong together, such as a street map and its aerial photograph.
#pragma once

#include "gan/data/folder.hpp"
#include "gan/data/source.hpp"

namespace gan::data {

/// Example i is example i of both sources: the parts of the first, and as y the part x of the second. Both make their
/// random choices for the same example, so images that are flipped() are mirrored together.
class Paired {
 public:
  /// Throws ValueError unless both sources have the same size, naming both sizes.
  Paired(Source x, Source y);

  i64 size() const { return x_.size(); }
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;
  /// Those of the first source.
  Facts facts() const { return x_.facts(); }
  const Source& x() const { return x_; }
  const Source& y() const { return y_; }

 private:
  Source x_, y_;
};

/// Throws ValueError as the constructor.
Paired paired(Source x, Source y);

/// Pairs that lie side by side in one image, as in the data sets of pix2pix (Isola et al. 2017): the left half of
/// images (N, H, 2W, C) is x, the right half y; both (N, H, W, C). `reverse` exchanges them. Throws ValueError for an
/// odd width.
Paired side_by_side(const Images& wide, bool reverse = false);
/// The same from a folder. `options.size` is the height and width of each half, whose central square is cropped and
/// resized; an image of odd width counts as unreadable. Throws as folder().
Paired side_by_side_folder(const std::string& directory, const FolderOptions& options = {}, bool reverse = false);

/// Pairs in two folders: files of the same path apart from its ending, a/1.jpg and a/1.png. Throws DataError listing
/// the first files that have no partner, and for two files of one name; as folder() for files that are unreadable; and
/// ValueError if options.skip_unreadable is set, since an image cannot be left out alone.
Paired paired_folders(const std::string& directory_x, const std::string& directory_y,
                      const FolderOptions& options = {});

}  // namespace gan::data
