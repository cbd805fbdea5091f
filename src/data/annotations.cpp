// See data/annotations.hpp.
#include "gan/data/annotations.hpp"

namespace gan::data::detail {

void check_annotations(const char* who, const Annotations& a, i64 n) {
  const auto check = [&](std::size_t entries, const char* what) {
    if (entries != 0 && entries != static_cast<std::size_t>(n))
      throw ValueError("[" + std::string(who) + "] " + std::to_string(entries) + " " + what + " for " +
                       std::to_string(n) + " examples");
  };
  check(a.labels.size(), "labels");
  check(a.captions.size(), "captions");
  for (const i64 label : a.labels)
    if (label < 0 || label >= static_cast<i64>(a.classes.size()))
      throw ValueError("[" + std::string(who) + "] label " + std::to_string(label) + " with " +
                       std::to_string(a.classes.size()) + " classes");
}

Facts facts_of(const Annotations& annotations) {
  if (annotations.labels.empty()) return {};
  return {{"classes", std::to_string(annotations.classes.size())}};
}

template <class T>
Tensor<T> labels_of(const Annotations& annotations, std::span<const i64> indices) {
  if (annotations.labels.empty()) return {};
  Tensor<T> labels({static_cast<i64>(indices.size())});
  T* to = labels.mutable_data();
  for (const i64 i : indices) *to++ = static_cast<T>(annotations.labels[static_cast<std::size_t>(i)]);
  return labels;
}

template Tensor<float> labels_of(const Annotations&, std::span<const i64>);
template Tensor<double> labels_of(const Annotations&, std::span<const i64>);

}  // namespace gan::data::detail
