// Folders of images.
#include "gan/data/folder.hpp"

#include "src/data/listing.hpp"

namespace gan::data {

Images folder(const std::string& directory, const FolderOptions& options) {
  Listing listing = list_images(directory);
  return read_images(listing, options);
}

}  // namespace gan::data
