// See data/partly_labelled.hpp.
#include "gan/data/partly_labelled.hpp"

#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

/// The first `per_class` images of each class in a random order.
Images draw(const Images& images, const PartlyLabelledOptions& o) {
  if (!images.labelled()) throw ValueError("[partly_labelled] the images have no labels");
  if (o.per_class < 1)
    throw ValueError("[partly_labelled] " + std::to_string(o.per_class) +
                     " images of each class; at least 1 is needed");
  std::vector<std::vector<i64>> drawn(images.classes().size());
  const Permutation order(images.size(), o.seed ^ 0xD1B54A32D192ED03ull, 0);  // another than that of any loader
  for (i64 k = 0; k < images.size(); ++k) {
    const i64 i = order(k);
    std::vector<i64>& of_class = drawn[static_cast<std::size_t>(images.label(i))];
    if (static_cast<i64>(of_class.size()) < o.per_class) of_class.push_back(i);
  }
  std::vector<i64> all;
  for (std::size_t c = 0; c < drawn.size(); ++c) {
    if (static_cast<i64>(drawn[c].size()) < o.per_class)
      throw ValueError("[partly_labelled] class '" + images.classes()[c] + "' has " + std::to_string(drawn[c].size()) +
                       " images; " + std::to_string(o.per_class) + " are to be labelled");
    all.insert(all.end(), drawn[c].begin(), drawn[c].end());
  }
  return images.select(all);
}

}  // namespace

PartlyLabelled::PartlyLabelled(const Images& images, const PartlyLabelledOptions& options)
    : labelled_(draw(images, options)), both_(labelled_, images) {}

Parts PartlyLabelled::batch(std::span<const i64> indices, const Draws& draws) const {
  const Parts both = both_.batch(indices, draws);
  return {{"x", both["y"]}, {"y", both["x"]}, {"labels", both["labels"]}};
}

PartlyLabelled partly_labelled(const Images& images, const PartlyLabelledOptions& options) {
  return PartlyLabelled(images, options);
}

}  // namespace gan::data
