// Finding and loading data sets by name.
#include "gan/data/locate.hpp"

#include <algorithm>
#include <cstdlib>

#include "src/data/file.hpp"
#include "src/data/listing.hpp"
#include "gan/core/suggest.hpp"
#include "gan/data/cifar.hpp"
#include "gan/data/folder.hpp"
#include "gan/data/idx.hpp"
#include "gan/data/mixtures.hpp"
#include "gan/data/shapes.hpp"
#include "gan/data/stacked.hpp"

namespace gan::data {
namespace {

bool holds_idx(const std::string& directory) {
  for (const char* file : {"/train-images-idx3-ubyte", "/t10k-images-idx3-ubyte"})
    if (is_readable(directory + file) || is_readable(directory + file + ".gz")) return true;
  return false;
}

bool holds_cifar(const std::string& directory) {
  for (const char* file : {"/data_batch_1.bin", "/test_batch.bin", "/cifar-10-batches-bin/data_batch_1.bin",
                           "/cifar-10-batches-bin/test_batch.bin"})
    if (is_readable(directory + file)) return true;
  return false;
}

struct Known {
  const char* name;
  Images (*read)(const std::string& directory, Split split);
  bool (*held_by)(const std::string& directory);
  const char* remedy;  // commands that download it
};

constexpr Known sets[] = {
    {"mnist", mnist, holds_idx, "examples/get_data.sh mnist data/mnist"},
    {"fashion-mnist", fashion_mnist, holds_idx,
     "examples/get_data.sh fashion-mnist data/fashion-mnist\nor\n  apt-get install dataset-fashion-mnist"},
    {"kmnist",
     [](const std::string& directory, Split split) {
       return labelled_idx(directory, split, {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"});
     },
     holds_idx, "the four files of http://codh.rois.ac.jp/kmnist, in data/kmnist"},
    {"cifar10", cifar10, holds_cifar, "examples/get_data.sh cifar10 data/cifar10"},
};

struct BuiltIn {
  const char* name;
  Images (*make)(const LoadOptions& options);
};

Images make_shapes(const LoadOptions& o) {
  ShapesOptions made{.count = o.split == Split::train ? 20000 : 5000, .channels = 1, .split = o.split};
  if (o.size != 0) made.size = o.size;
  if (o.channels != 0) made.channels = o.channels;
  if (o.count > 0) made.count = std::min(made.count, o.count);
  return shapes(made);
}

Images make_stacked(const LoadOptions& o) {
  const i64 count = o.split == Split::train ? 50000 : 10000;
  return stacked(mnist(locate("mnist"), o.split), {.count = o.count > 0 ? std::min(count, o.count) : count});
}

constexpr BuiltIn built_in[] = {
    {"shapes", make_shapes},
    {"stacked-mnist", make_stacked},
};

struct BuiltInPoints {
  const char* name;
  Points (*make)(Split split);
};

constexpr BuiltInPoints built_in_points[] = {
    {"ring", [](Split split) { return ring({.split = split}); }},
    {"grid", [](Split split) { return grid({.split = split}); }},
    {"spirals", [](Split split) { return spirals({.split = split}); }},
};

template <class Set, std::size_t n>
const Set* find(const Set (&among)[n], const std::string& name) {
  for (const Set& set : among)
    if (name == set.name) return &set;
  return nullptr;
}

std::string last_part(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

Images read_folder(const std::string& directory, const LoadOptions& o) {
  const std::string images = split_folder(directory, o.split);
  try {
    return folder(images, {.size = o.size, .channels = o.channels == 0 ? 3 : o.channels, .count = o.count});
  } catch (const DataError& e) {
    if (images != directory) throw;
    throw DataError(std::string(e.what()) +
                    "\n(as there are no files of MNIST or CIFAR-10 here, images were looked for)");
  }
}

Images read_directory(const std::string& directory, const LoadOptions& o) {
  if (holds_cifar(directory)) return cifar10(directory, o.split);
  if (!holds_idx(directory)) return read_folder(directory, o);
  const Known* set = find(sets, last_part(directory));
  return (set != nullptr && set->held_by == holds_idx ? set->read : mnist)(directory, o.split);
}

/// The requested number of images, converted to the requested size and channels.
Images fit(const Images& all, const LoadOptions& o) {
  if (o.count < 0) throw ValueError("[data] count " + std::to_string(o.count) + "; at least 0 is needed");
  const Images d = o.count == 0 || o.count >= all.size() ? all : all.take(o.count);
  const Images coloured = o.channels == 0 ? d : d.with_channels(o.channels);
  return o.size == 0 ? coloured : coloured.resize(o.size);
}

}  // namespace

std::vector<std::string> known_sets() {
  std::vector<std::string> names;
  for (const Known& set : sets) names.emplace_back(set.name);
  for (const BuiltIn& set : built_in) names.emplace_back(set.name);
  for (const BuiltInPoints& set : built_in_points) names.emplace_back(set.name);
  return names;
}

std::vector<std::string> places(const std::string& name) {
  std::vector<std::string> found;
  if (const char* root = std::getenv("GAN_DATA"); root != nullptr && *root != '\0')
    found.push_back(std::string(root) + "/" + name);
  for (const char* root : {"data/", "../shared/data/", "/usr/share/datasets/"}) found.push_back(root + name);
  return found;
}

std::string locate(const std::string& name) {
  const Known* set = find(sets, name);
  if (set == nullptr) {
    if (find(built_in, name) != nullptr)
      throw DataError("[data] '" + name + "' is built in: it has no directory; use data::load");
    if (find(built_in_points, name) != nullptr)
      throw DataError("[data] '" + name + "' is a set of points, not of images; use data::load_points");
    const std::vector<std::string> names = known_sets();
    std::string list;
    for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
    throw DataError("[data] '" + name + "' is no directory and no known data set; did you mean '" +
                    nearest(name, names) + "'? Known are " + list);
  }
  std::string searched;
  for (const std::string& place : places(name)) {
    if (set->held_by(place)) return place;
    searched += "\n  " + place;
  }
  throw DataError("[data] " + name + " was not found; searched" + searched + "\nto get it:\n  " + set->remedy);
}

Images load(const std::string& name_or_directory, Split split) {
  return load(name_or_directory, LoadOptions{.split = split});
}

Images load(const std::string& name_or_directory, const LoadOptions& o) {
  if (is_directory(name_or_directory)) return fit(read_directory(name_or_directory, o), o);
  if (const BuiltIn* set = find(built_in, name_or_directory)) return fit(set->make(o), o);
  const std::string directory = locate(name_or_directory);
  return fit(find(sets, name_or_directory)->read(directory, o.split), o);
}

Points load_points(const std::string& name, Split split) {
  if (const BuiltInPoints* set = find(built_in_points, name)) return set->make(split);
  std::vector<std::string> names;
  for (const BuiltInPoints& set : built_in_points) names.emplace_back(set.name);
  throw DataError("[data] '" + name + "' is no known set of points; did you mean '" + nearest(name, names) + "'?");
}

}  // namespace gan::data
