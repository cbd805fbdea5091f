// See src/data/listing.hpp.
#include "src/data/listing.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "src/data/file.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;

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
void list(const std::string& inner, std::set<std::string>& seen, Listing& listing) {
  std::error_code error;
  const fs::path here = inner.empty() ? fs::path(listing.directory) : fs::path(listing.directory) / inner;
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
    if (is_directory(listing.directory + "/" + path))
      list(path, seen, listing);
    else if (is_image_name(name))
      listing.images.push_back(path);
  }
}

/// The classes of these and other images, and the labels of these, if every image lies in a subfolder; otherwise none.
Annotations annotate(const std::vector<std::string>& images, const std::vector<std::string>& others) {
  std::vector<std::string> names;
  for (const auto* list : {&images, &others})
    for (const std::string& path : *list) {
      const std::size_t slash = path.find('/');
      if (slash == std::string::npos) return {};
      names.push_back(path.substr(0, slash));
    }
  const std::set<std::string> distinct(names.begin(), names.end());
  Annotations a{.labels = {}, .classes = {distinct.begin(), distinct.end()}, .captions = {}};
  for (std::size_t i = 0; i < images.size(); ++i)
    a.labels.push_back(std::lower_bound(a.classes.begin(), a.classes.end(), names[i]) - a.classes.begin());
  return a;
}

/// Removes the files beyond `count` from the listing and returns them.
std::vector<std::string> take_rest(Listing& listing, const FolderOptions& o) {
  if (o.count < 0) throw ValueError("[folder] count " + std::to_string(o.count) + "; at least 0 is needed");
  if (o.count == 0 || o.count >= static_cast<i64>(listing.images.size())) return {};
  const auto rest = listing.images.begin() + o.count;
  std::vector<std::string> others(rest, listing.images.end());
  listing.images.erase(rest, listing.images.end());
  return others;
}

[[noreturn]] void throw_unreadable(const Listing& listing) {
  constexpr std::size_t shown = 10;
  const std::vector<std::string>& lines = listing.unreadable;
  std::string text = "[folder] " + listing.directory + ": " + std::to_string(lines.size()) +
                     (lines.size() == 1 ? " file" : " files") + " cannot be read; .skip_unreadable leaves them out";
  for (std::size_t i = 0; i < std::min(shown, lines.size()); ++i) text += "\n  " + lines[i];
  if (lines.size() > shown) text += "\n  and " + std::to_string(lines.size() - shown) + " more";
  throw DataError(text);
}

/// Hands each readable image to `take`.
void read_each(Listing& listing, const FolderOptions& o, const ReadImage& read,
               const std::function<void(Image&&, const std::string& path)>& take) {
  std::vector<std::string> readable;
  for (std::size_t i = 0; i < listing.images.size(); ++i) {
    const std::string path = listing.path(i);
    const ImageOptions options{.size = o.size, .channels = o.channels, .max_pixels = o.max_pixels};
    Image image;
    try {
      image = read ? read(path, options) : read_image(path, options);
    } catch (const FormatError& e) {
      listing.unreadable.emplace_back(e.what());
      continue;
    } catch (const IoError& e) {
      listing.unreadable.emplace_back(e.what());
      continue;
    }
    take(std::move(image), path);
    readable.push_back(listing.images[i]);
  }
  listing.images = std::move(readable);
  if (listing.images.empty() || (!listing.unreadable.empty() && !o.skip_unreadable)) throw_unreadable(listing);
  if (o.skipped != nullptr) *o.skipped = listing.unreadable;
}

}  // namespace

std::string split_folder(const std::string& directory, Split split) {
  const std::string train = directory + "/train", test = directory + "/test";
  if (is_directory(train) && is_directory(test)) return split == Split::train ? train : test;
  if (split == Split::test)
    throw DataError("[data] " + directory +
                    " has no test images: a folder of images needs the subfolders train and test");
  return directory;
}

std::string stem_of(const std::string& path) { return path.substr(0, path.rfind('.')); }

Listing list_images(const std::string& directory) {
  if (!is_directory(directory)) throw DataError("[folder] " + directory + " is no directory");
  Listing listing{directory, {}};
  std::set<std::string> seen;
  list("", seen, listing);
  if (listing.images.empty() && listing.unreadable.empty())
    throw DataError("[folder] " + directory + " has no .png, .jpg or .jpeg file, nor have its subfolders");
  std::sort(listing.images.begin(), listing.images.end());
  return listing;
}

std::vector<Image> read_list(Listing& listing, const FolderOptions& options, const ReadImage& read) {
  take_rest(listing, options);
  std::vector<Image> images;
  read_each(listing, options, read, [&](Image&& image, const std::string&) { images.push_back(std::move(image)); });
  return images;
}

Images read_images(Listing& listing, const FolderOptions& options, const ReadImage& read) {
  const std::vector<std::string> others = take_rest(listing, options);
  std::vector<u8> pixels;
  Shape shape;
  std::string first;
  const std::size_t most = listing.images.size();
  read_each(listing, options, read, [&](Image&& image, const std::string& path) {
    if (first.empty()) {
      first = path;
      shape = {0, image.height, image.width, image.channels};
      pixels.reserve(image.pixels.size() * most);
    }
    if (image.height != shape[1] || image.width != shape[2])
      throw DataError("[folder] " + path + " has " + std::to_string(image.width) + " x " +
                      std::to_string(image.height) + " pixels, " + first + " " + std::to_string(shape[2]) + " x " +
                      std::to_string(shape[1]) + "; give .size to make them alike");
    pixels.insert(pixels.end(), image.pixels.begin(), image.pixels.end());
  });
  const Images images(std::move(pixels), shape.with(0, static_cast<i64>(listing.images.size())),
                      annotate(listing.images, others));
  return images.scale(options.low, options.high).flipped(options.flip);
}

}  // namespace gan::data
