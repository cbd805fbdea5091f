// Images with captions as token numbers, for text-to-image GANs.
#pragma once

#include <memory>

#include "gan/core/vocabulary.hpp"
#include "gan/data/folder.hpp"
#include "gan/data/images.hpp"

namespace gan::data {

struct CaptionedOptions {
  Vocabulary vocabulary = {};  ///< empty: made from all captions
  i64 length = 0;              ///< token numbers per caption, longer captions are cut; 0: the words of the longest
};

/// Images whose batches also hold the part text (N, length): the numbers of the words of a caption, 0 after its end. Of
/// several captions of an image, one is drawn for each epoch.
class Captioned {
 public:
  using Captions = std::vector<std::string>;

  /// One list of captions for each image. Throws ValueError for another number of lists, for a list without captions, a
  /// caption without words, and unless 0 <= length <= 65536.
  Captioned(Images images, std::vector<Captions> captions, const CaptionedOptions& options = {});

  i64 size() const { return images_.size(); }
  Parts batch(std::span<const i64> indices, const Draws& draws = {}) const;
  std::string checksum() const;
  /// Those of the images, and "vocabulary".
  Facts facts() const;

  const Images& images() const { return images_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  /// Token numbers per caption.
  i64 length() const { return length_; }
  /// The captions of image i. Throws ValueError for i outside [0, size()).
  const Captions& captions(i64 i) const;

 private:
  Images images_;
  std::shared_ptr<const std::vector<Captions>> captions_;
  Vocabulary vocabulary_;
  i64 length_;
};

/// Images with their own captions. Throws ValueError if they have none, and as the constructor.
Captioned captioned(const Images& images, const CaptionedOptions& options = {});

/// The images of a folder that a text file has captions for, in the order in which it names them. Each line is
/// "file<tab>caption", with the path of the file in the folder; several lines may name the same file. If the first line
/// is made of column names, among them "file" and "caption", other columns are ignored. Throws DataError naming line
/// and file for a missing image, an empty caption or a line without a tab; else as folder() and as the constructor.
Captioned captioned_folder(const std::string& directory, const std::string& captions,
                           const FolderOptions& folder = {}, const CaptionedOptions& options = {});

}  // namespace gan::data
