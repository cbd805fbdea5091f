// Folders of images.
#include "gan/data/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "src/data/file.hpp"
#include "gan/data/image.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;

struct Listing {
  std::vector<std::string> images;      // relative to the folder
  std::vector<std::string> unreadable;  // "path: reason"
};

bool is_image_name(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = name.substr(dot);
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

/// Adds the contents of root/inner. `seen` holds the canonical paths of the folders entered, so that cycles of links
/// end.
void list(const std::string& root, const std::string& inner, std::set<std::string>& seen, Listing& listing) {
  std::error_code error;
  const fs::path here = inner.empty() ? fs::path(root) : fs::path(root) / inner;
  const fs::path real = fs::canonical(here, error);
  if (!error && !seen.insert(real.string()).second) return;
  std::vector<std::string> names;
  for (fs::directory_iterator at(here, error); !error && at != fs::directory_iterator(); at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) listing.unreadable.push_back(here.string() + ": " + error.message());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (name[0] == '.') continue;
    const std::string path = inner.empty() ? name : inner + "/" + name;
    if (is_directory(root + "/" + path))
      list(root, path, seen, listing);
    else if (is_image_name(name))
      listing.images.push_back(path);
  }
}

/// The classes, if every image lies in a subfolder; otherwise none.
Annotations annotate(const std::vector<std::string>& images) {
  Annotations a;
  for (const std::string& path : images) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) return {};
    a.classes.push_back(path.substr(0, slash));
  }
  const std::vector<std::string> names = std::move(a.classes);
  const std::set<std::string> distinct(names.begin(), names.end());
  a.classes.assign(distinct.begin(), distinct.end());
  for (const std::string& name : names)
    a.labels.push_back(std::lower_bound(a.classes.begin(), a.classes.end(), name) - a.classes.begin());
  return a;
}

[[noreturn]] void throw_unreadable(const std::string& directory, const std::vector<std::string>& lines) {
  constexpr std::size_t shown = 10;
  std::string text = "[folder] " + directory + ": " + std::to_string(lines.size()) +
                     (lines.size() == 1 ? " file" : " files") + " cannot be read; .skip_unreadable leaves them out";
  for (std::size_t i = 0; i < std::min(shown, lines.size()); ++i) text += "\n  " + lines[i];
  if (lines.size() > shown) text += "\n  and " + std::to_string(lines.size() - shown) + " more";
  throw DataError(text);
}

}  // namespace

Dataset folder(const std::string& directory, const FolderOptions& o) {
  if (!is_directory(directory)) throw DataError("[folder] " + directory + " is no directory");
  Listing listing;
  std::set<std::string> seen;
  list(directory, "", seen, listing);
  if (listing.images.empty() && listing.unreadable.empty())
    throw DataError("[folder] " + directory + " has no .png, .jpg or .jpeg file, nor have its subfolders");
  std::sort(listing.images.begin(), listing.images.end());

  std::vector<u8> pixels;
  std::vector<std::string> images;  // those that were readable
  Shape shape;
  for (const std::string& name : listing.images) {
    const std::string path = directory + "/" + name;
    Image image;
    try {
      image = read_image(path, {.size = o.size, .channels = o.channels, .max_pixels = o.max_pixels});
    } catch (const FormatError& e) {
      listing.unreadable.emplace_back(e.what());
      continue;
    } catch (const IoError& e) {
      listing.unreadable.emplace_back(e.what());
      continue;
    }
    if (images.empty()) {
      shape = {0, image.height, image.width, image.channels};
      pixels.reserve(image.pixels.size() * listing.images.size());
    }
    if (image.height != shape[1] || image.width != shape[2])
      throw DataError("[folder] " + path + " has " + std::to_string(image.width) + " x " +
                      std::to_string(image.height) + " pixels, " + directory + "/" + images[0] + " " +
                      std::to_string(shape[2]) + " x " + std::to_string(shape[1]) + "; give .size to make them alike");
    pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
    images.push_back(name);
  }
  if (images.empty() || (!listing.unreadable.empty() && !o.skip_unreadable))
    throw_unreadable(directory, listing.unreadable);
  if (o.skipped != nullptr) *o.skipped = std::move(listing.unreadable);
  return Dataset(std::move(pixels), shape.with(0, static_cast<i64>(images.size())), annotate(images));
}

}  // namespace gan::data
