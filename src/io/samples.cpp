// See io/samples.hpp.
#include "gan/io/samples.hpp"

namespace gan::io {

template <class T>
BasicParts<T> sample_input(const InputSpec& how, i64 n, u64 seed, std::vector<i64> labels, Device device) {
  if (n < 1) throw ValueError("[sample] " + std::to_string(n) + " samples; at least 1 is needed");
  Rng rng{seed, name_stream("sample"), 0};
  BasicParts<T> input = draw_input<T>(how, n, rng, device);
  if (labels.empty() && how.classes > 0)
    for (i64 i = 0; i < n; ++i) labels.push_back(i % how.classes);
  if (static_cast<i64>(labels.size()) != (how.classes > 0 ? n : 0))
    throw ValueError("[sample] " + std::to_string(labels.size()) + " labels for " + std::to_string(n) +
                     " samples of a generator of " + std::to_string(how.classes) + " classes");
  if (how.classes > 0) {
    one_hot<T>(labels, how.classes);  // checks them
    std::vector<T> numbers(labels.begin(), labels.end());
    input.set("labels", Tensor<T>::from(numbers, {n}, device));
  }
  for (const std::string& name : part_names(how))
    if (!input.has(name))
      throw ValueError("[sample] a sample is made from the part '" + name + "', which cannot be drawn; give it");
  return input;
}

template Parts sample_input(const InputSpec&, i64, u64, std::vector<i64>, Device);
template BasicParts<double> sample_input(const InputSpec&, i64, u64, std::vector<i64>, Device);

}  // namespace gan::io
