// Data sets by name.
#include "gan/data/locate.hpp"

#include <cstdlib>

#include "data_file.hpp"
#include "gan/core/suggest.hpp"
#include "gan/data/cifar.hpp"
#include "gan/data/idx.hpp"
#include "gan/data/synthetic.hpp"

namespace gan::data {
namespace {

bool holds_idx(const std::string& directory) {
  const std::string file = directory + "/train-images-idx3-ubyte";
  return is_readable(file) || is_readable(file + ".gz");
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
  const char* remedy;  // commands that get it
};

constexpr Known sets[] = {
    {"mnist", mnist, holds_idx, "examples/get_data.sh mnist data/mnist"},
    {"fashion-mnist", fashion_mnist, holds_idx,
     "examples/get_data.sh fashion-mnist data/fashion-mnist\nor\n  apt-get install dataset-fashion-mnist"},
    {"cifar10", cifar10, holds_cifar, "examples/get_data.sh cifar10 data/cifar10"},
};

struct BuiltIn {
  const char* name;
  Dataset (*make)(Split split);
};

constexpr BuiltIn built_in[] = {
    {"shapes",
     [](Split split) { return shapes({.count = split == Split::train ? 20000 : 5000, .channels = 1, .split = split}); }},
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

}  // namespace

std::vector<std::string> known_sets() {
  std::vector<std::string> names;
  for (const Known& set : sets) names.emplace_back(set.name);
  for (const BuiltIn& set : built_in) names.emplace_back(set.name);
  return names;
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
  std::vector<std::string> places;
  if (const char* root = std::getenv("GAN_DATA"); root != nullptr && *root != '\0')
    places.push_back(std::string(root) + "/" + name);
  for (const char* root : {"data/", "../shared/data/", "/usr/share/datasets/"}) places.push_back(root + name);
  std::string searched;
  for (const std::string& place : places) {
    if (set->held_by(place)) return place;
    searched += "\n  " + place;
  }
  throw DataError("[data] " + name + " was not found; searched" + searched + "\nto get it:\n  " + set->remedy);
}

Dataset load(const std::string& name_or_directory, Split split) {
  if (is_directory(name_or_directory)) {
    if (holds_cifar(name_or_directory)) return cifar10(name_or_directory, split);
    const Known* set = find(sets, last_part(name_or_directory));
    return (set != nullptr ? set->read : mnist)(name_or_directory, split);
  }
  if (const BuiltIn* set = find(built_in, name_or_directory)) return set->make(split);
  const std::string directory = locate(name_or_directory);
  return find(sets, name_or_directory)->read(directory, split);
}

}  // namespace gan::data
