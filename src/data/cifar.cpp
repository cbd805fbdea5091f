// The CIFAR-10 reader. Files are read and checked one at a time, so memory is bounded by the images plus one file.
#include "gan/data/cifar.hpp"

#include "src/data/file.hpp"

namespace gan::data {
namespace {

constexpr i64 side = 32, plane = side * side, record = 1 + 3 * plane;

[[noreturn]] void fault(const std::string& path, const std::string& what) {
  throw FormatError("[cifar10] " + path + ": " + what);
}

/// Throws unless the file consists of whole records with labels in range.
void check(const std::string& path, const std::vector<u8>& bytes, std::size_t classes) {
  const auto size = static_cast<i64>(bytes.size());
  if (size == 0) fault(path, "the file is empty");
  if (bytes[0] == '<') fault(path, "begins like a web page, not like data: the download went wrong");
  i64 wrong = 0;  // offset of the first label out of range
  while (wrong < size && bytes[static_cast<std::size_t>(wrong)] < classes) wrong += record;
  if (size % record == 0 && wrong >= size) return;

  bool hundred = size % (record + 1) == 0;  // CIFAR-100: a coarse label below 20 and a fine one below 100
  for (i64 at = 0; hundred && at < size; at += record + 1)
    hundred = bytes[static_cast<std::size_t>(at)] < 20 && bytes[static_cast<std::size_t>(at) + 1] < 100;
  if (hundred) fault(path, "has records of 3074 bytes with two labels: this is CIFAR-100, which is not read");
  if (size % record != 0)
    fault(path, std::to_string(size) + " bytes are no whole number of records of " + std::to_string(record) +
                    "; the last begins at offset " + std::to_string(size / record * record) +
                    ": the file is cut or no CIFAR-10 file");
  fault(path, "label " + std::to_string(bytes[static_cast<std::size_t>(wrong)]) + " at offset " +
                  std::to_string(wrong) + "; CIFAR-10 has labels 0 to 9");
}

/// Appends the records' labels and pixels, converting planes to (H, W, C).
void append(const std::vector<u8>& bytes, std::vector<u8>& pixels, std::vector<i64>& labels) {
  const i64 count = static_cast<i64>(bytes.size()) / record;
  std::size_t to = pixels.size();
  pixels.resize(to + static_cast<std::size_t>(3 * plane * count));
  for (const u8* from = bytes.data(); from != bytes.data() + bytes.size(); from += record) {
    labels.push_back(from[0]);
    for (i64 i = 0; i < plane; ++i)
      for (i64 c = 0; c < 3; ++c) pixels[to++] = from[1 + c * plane + i];
  }
}

}  // namespace

Images cifar10(const std::string& directory, Split split) {
  const std::vector<std::string> classes{"airplane", "automobile", "bird",  "cat",  "deer",
                                         "dog",      "frog",       "horse", "ship", "truck"};
  std::vector<std::string> names{"test_batch.bin"};
  if (split == Split::train) {
    names.clear();
    for (int i = 1; i <= 5; ++i) names.push_back("data_batch_" + std::to_string(i) + ".bin");
  }
  const std::string inner = directory + "/cifar-10-batches-bin";
  const std::string folder = is_readable(directory + "/" + names[0]) || !is_directory(inner) ? directory : inner;
  for (const std::string& name : names)
    if (!is_readable(folder + "/" + name)) throw DataError("[cifar10] " + folder + " has no " + name);

  std::vector<u8> pixels;
  std::vector<i64> labels;
  for (const std::string& name : names) {
    const std::vector<u8> bytes = read_file(folder + "/" + name, "cifar10");
    check(folder + "/" + name, bytes, classes.size());
    if (pixels.empty()) pixels.reserve(names.size() * bytes.size());  // all files have the same size
    append(bytes, pixels, labels);
  }
  const auto n = static_cast<i64>(labels.size());
  return Images(std::move(pixels), {n, side, side, 3},
                 {.labels = std::move(labels), .classes = classes, .captions = {}});
}

}  // namespace gan::data
