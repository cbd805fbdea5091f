// See data/captioned.hpp.
#include "gan/data/captioned.hpp"

#include <algorithm>
#include <map>

#include "src/data/checksum.hpp"
#include "src/data/file.hpp"
#include "src/data/listing.hpp"

namespace gan::data {
namespace {

/// The number of words of a sentence.
i64 words_in(const std::string& sentence) {
  const std::vector<i64> numbers = Vocabulary().numbers(sentence, static_cast<i64>(sentence.size()));
  return static_cast<i64>(numbers.size()) - std::count(numbers.begin(), numbers.end(), 0);
}

}  // namespace

Captioned::Captioned(Images images, std::vector<Captions> captions, const CaptionedOptions& options)
    : images_(std::move(images)), vocabulary_(options.vocabulary), length_(options.length) {
  if (length_ < 0 || length_ > 65536)
    throw ValueError("[captioned] length " + std::to_string(length_) + "; 0 to 65536 is possible");
  if (static_cast<i64>(captions.size()) != images_.size())
    throw ValueError("[captioned] captions of " + std::to_string(captions.size()) + " images for " +
                     std::to_string(images_.size()));
  i64 longest = 0;
  Captions all;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    if (captions[i].empty()) throw ValueError("[captioned] image " + std::to_string(i) + " has no caption");
    for (const std::string& caption : captions[i]) {
      const i64 words = words_in(caption);
      if (words == 0)
        throw ValueError("[captioned] image " + std::to_string(i) + " has a caption without words: '" + caption + "'");
      longest = std::max(longest, words);
      all.push_back(caption);
    }
  }
  if (length_ == 0) length_ = longest;
  if (vocabulary_.empty()) vocabulary_ = Vocabulary::of(all);
  captions_ = std::make_shared<const std::vector<Captions>>(std::move(captions));
}

Parts Captioned::batch(std::span<const i64> indices, const Draws& draws) const {
  Parts parts = images_.batch(indices, draws);
  Var text({static_cast<i64>(indices.size()), length_});
  float* to = text.mutable_data();
  for (const i64 i : indices) {
    const Captions& mine = captions(i);
    const i64 chosen = draws.below(static_cast<i64>(mine.size()), "caption", i);
    for (const i64 number : vocabulary_.numbers(mine[static_cast<std::size_t>(chosen)], length_))
      *to++ = static_cast<float>(number);
  }
  parts.set("text", text);
  return parts;
}

std::string Captioned::checksum() const {
  Checksum sum;
  for (const Captions& captions : *captions_) {
    for (const std::string& caption : captions) sum.add(caption.c_str(), caption.size() + 1);
    sum.add("", 1);
  }
  return checksum_of({"captioned", images_.checksum(), sum.text(), vocabulary_.text(), std::to_string(length_)});
}

Facts Captioned::facts() const {
  Facts facts = images_.facts();
  facts["vocabulary"] = vocabulary_.text();
  return facts;
}

const Captioned::Captions& Captioned::captions(i64 i) const {
  if (i < 0 || i >= size())
    throw ValueError("[Captioned::captions] index " + std::to_string(i) + " of " + std::to_string(size()) + " images");
  return (*captions_)[static_cast<std::size_t>(i)];
}

Captioned captioned(const Images& images, const CaptionedOptions& options) {
  if (!images.captioned()) throw ValueError("[captioned] the images have no captions");
  std::vector<Captioned::Captions> captions;
  for (i64 i = 0; i < images.size(); ++i) captions.push_back({images.caption(i)});
  return Captioned(images, std::move(captions), options);
}

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> pieces{""};
  for (const char c : text) {
    if (c == separator)
      pieces.emplace_back();
    else
      pieces.back() += c;
  }
  return pieces;
}

/// A text file with captions, and the captions of each file, in the order of the files' first lines.
class CaptionFile {
 public:
  CaptionFile(std::string path, std::string directory) : path_(std::move(path)), directory_(std::move(directory)) {
    const std::vector<u8> bytes = read_file(path_, "captions", i64{1} << 32);
    i64 number = 0;
    for (std::string& line : split({bytes.begin(), bytes.end()}, '\n')) {
      if (line.ends_with('\r')) line.pop_back();
      ++number;
      if (!line.empty() && !(number == 1 && is_header(line))) add(line, number);
    }
    if (files_.empty()) throw DataError("[captions] " + path_ + " has no captions");
  }

  const std::vector<std::string>& files() const { return files_; }
  const Captioned::Captions& of(const std::string& file) const { return captions_.at(file); }

 private:
  /// Remembers where the columns are if the line has their names.
  bool is_header(const std::string& line) {
    const std::vector<std::string> names = split(line, '\t');
    const auto file = std::find(names.begin(), names.end(), "file");
    const auto caption = std::find(names.begin(), names.end(), "caption");
    if (file == names.end() || caption == names.end()) return false;
    file_column_ = static_cast<std::size_t>(file - names.begin());
    caption_column_ = static_cast<std::size_t>(caption - names.begin());
    return true;
  }

  void add(const std::string& line, i64 number) {
    const std::string where = "[captions] " + path_ + ", line " + std::to_string(number);
    const std::vector<std::string> columns = split(line, '\t');
    if (columns.size() <= std::max(file_column_, caption_column_))
      throw DataError(where + ": '" + line + "' has " + std::to_string(columns.size()) +
                      (columns.size() == 1 ? " column" : " columns") + "; a file, a tab and a caption are needed");
    const std::string& file = columns[file_column_];
    if (words_in(columns[caption_column_]) == 0) throw DataError(where + ": the caption of " + file + " has no words");
    const auto [at, is_new] = captions_.try_emplace(file);
    if (is_new) {
      const std::string image = directory_ + "/" + file;
      if (!is_readable(image) || is_directory(image)) throw DataError(where + ": there is no image " + image);
      files_.push_back(file);
    }
    at->second.push_back(columns[caption_column_]);
  }

  const std::string path_, directory_;
  std::size_t file_column_ = 0, caption_column_ = 1;
  std::vector<std::string> files_;
  std::map<std::string, Captioned::Captions> captions_;
};

}  // namespace

Captioned captioned_folder(const std::string& directory, const std::string& captions, const FolderOptions& folder,
                           const CaptionedOptions& options) {
  if (!is_directory(directory)) throw DataError("[captions] " + directory + " is no directory");
  const CaptionFile file(captions, directory);
  Listing listing{directory, file.files()};
  const Images images = read_images(listing, folder);
  std::vector<Captioned::Captions> lists;
  for (const std::string& name : listing.images) lists.push_back(file.of(name));
  return Captioned(images, std::move(lists), options);
}

}  // namespace gan::data
