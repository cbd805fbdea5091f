// Finding and loading data sets by name.
#include "gan/data/locate.hpp"

#include <cstdlib>

#include "src/data/file.hpp"
#include "gan/core/suggest.hpp"
#include "gan/data/cifar.hpp"
#include "gan/data/folder.hpp"
#include "gan/data/idx.hpp"
#include "gan/data/points.hpp"
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
  Dataset (*read)(const std::string& directory, Split split);
  bool (*held_by)(const std::string& directory);
  const char* remedy;  // commands that download it
};

constexpr Known sets[] = {
    {"mnist", mnist, holds_idx, "examples/get_data.sh mnist data/mnist"},
    {"fashion-mnist", fashion_mnist, holds_idx,
     "examples/get_data.sh fashion-mnist data/fashion-mnist\nor\n  apt-get install dataset-fashion-mnist"},
    {"cifar10", cifar10, holds_cifar, "examples/get_data.sh cifar10 data/cifar10"},
};

struct BuiltIn {
  const char* name;
  Dataset (*make)(const LoadOptions& options);
};

Dataset make_shapes(const LoadOptions& o) {
  ShapesOptions made{.count = o.split == Split::train ? 20000 : 5000, .channels = 1, .split = o.split};
  if (o.size != 0) made.size = o.size;
  if (o.channels != 0) made.channels = o.channels;
  return shapes(made);
}

Dataset make_stacked(const LoadOptions& o) {
  return stacked(mnist(locate("mnist"), o.split), {.count = o.split == Split::train ? 50000 : 10000});
}

constexpr BuiltIn built_in[] = {
    {"shapes", make_shapes},
    {"ring", [](const LoadOptions& o) { return ring({.split = o.split}); }},
    {"grid", [](const LoadOptions& o) { return grid({.split = o.split}); }},
    {"spirals", [](const LoadOptions& o) { return spirals({.split = o.split}); }},
    {"stacked-mnist", make_stacked},
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

Dataset read_images(const std::string& directory, const LoadOptions& o) {
  const FolderOptions images{.size = o.size, .channels = o.channels == 0 ? 3 : o.channels};
  const std::string train = directory + "/train", test = directory + "/test";
  if (is_directory(train) && is_directory(test)) return folder(o.split == Split::train ? train : test, images);
  if (o.split == Split::test)
    throw DataError("[data] " + directory +
                    " has no test images: a folder of images needs the subfolders train and test");
  try {
    return folder(directory, images);
  } catch (const DataError& e) {
    throw DataError(std::string(e.what()) +
                    "\n(as there are no files of MNIST or CIFAR-10 here, images were looked for)");
  }
}

Dataset read_directory(const std::string& directory, const LoadOptions& o) {
  if (holds_cifar(directory)) return cifar10(directory, o.split);
  if (!holds_idx(directory)) return read_images(directory, o);
  const Known* set = find(sets, last_part(directory));
  return (set != nullptr && set->held_by == holds_idx ? set->read : mnist)(directory, o.split);
}

/// Converts the images to the requested size and channels.
Dataset fit(const Dataset& d, const LoadOptions& o) {
  if (d.is_points()) {
    if (o.size != 0 || o.channels != 0)
      throw ValueError("[data] points " + to_string(d.shape()) + " have no image size and no channels");
    return d;
  }
  const Dataset coloured = o.channels == 0 ? d : d.with_channels(o.channels);
  return o.size == 0 ? coloured : coloured.resize(o.size);
}

}  // namespace

std::vector<std::string> known_sets() {
  std::vector<std::string> names;
  for (const Known& set : sets) names.emplace_back(set.name);
  for (const BuiltIn& set : built_in) names.emplace_back(set.name);
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

Dataset load(const std::string& name_or_directory, Split split) {
  return load(name_or_directory, LoadOptions{.split = split});
}

Dataset load(const std::string& name_or_directory, const LoadOptions& o) {
  if (is_directory(name_or_directory)) return fit(read_directory(name_or_directory, o), o);
  if (const BuiltIn* set = find(built_in, name_or_directory)) return fit(set->make(o), o);
  const std::string directory = locate(name_or_directory);
  return fit(find(sets, name_or_directory)->read(directory, o.split), o);
}

}  // namespace gan::data
