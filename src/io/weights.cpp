// Layouts of weights in files.
#include "gan/io/weights.hpp"

#include <algorithm>
#include <cstring>

#include "gan/core/suggest.hpp"
#include "gan/ops/shape.hpp"

namespace gan::io::detail {
namespace {

/// Transposes an axis of x that numbers pairs (i < a, j < b) as i * b + j, so that it numbers them as j * a + i.
/// Affects only the first `count` = a * b entries of the axis; the others stay.
template <class T>
Tensor<T> exchange(const Tensor<T>& x, int axis, i64 count, i64 a, i64 b) {
  i64 inner = 1, outer = 1;
  for (int i = 0; i < axis; ++i) outer *= x.shape(i);
  for (int i = axis + 1; i < x.rank(); ++i) inner *= x.shape(i);
  Tensor<T> y = x.clone();
  const i64 row = x.shape(axis) * inner;
  const T* from = x.data();
  T* to = y.mutable_data();
  for (i64 o = 0; o < outer; ++o)
    for (i64 k = 0; k < count; ++k) {
      const i64 at = k % b * a + k / b;
      std::copy_n(from + o * row + k * inner, inner, to + o * row + at * inner);
    }
  return y;
}

/// The number of entries of the second axis that are features of an image.
template <class T>
i64 in_features(const Param<T>& p) {
  return p.file.in_features > 0 ? p.file.in_features : p.shape(1);
}

Shape file_shape(const Shape& shape, const FileLayout& layout) {
  if (layout.image) return Shape{shape[2], shape[0], shape[1]};
  return layout.filters ? Shape{shape[0], shape[3], shape[1], shape[2]} : shape;
}

}  // namespace

template <class T>
Tensor<T> to_file(const Param<T>& p) {
  NoGrad constant;
  Tensor<T> x = detach<T>(p.tensor()).to(Device::cpu());
  if (p.file.filters) return permute<T>(x, {0, 3, 1, 2});
  if (p.file.image) return permute<T>(x, {2, 0, 1});
  if (const i64 c = p.file.out_channels; c > 1) x = exchange(x, 0, x.shape(0), x.shape(0) / c, c);
  if (const i64 c = p.file.in_channels; c > 1) x = exchange(x, 1, in_features(p), in_features(p) / c, c);
  return x;
}

template <class T>
Tensor<T> from_file(const SafeTensors& file, const std::string& name, const Param<T>& p) {
  NoGrad constant;
  Tensor<T> x = file.get<T>(name);
  if (const Shape wanted = file_shape(p.shape(), p.file); x.shape() != wanted)
    throw FormatError(file.path() + ": '" + name + "' has shape " + to_string(x.shape()) + ", the network's has " +
                      to_string(wanted));
  if (p.file.filters) return permute<T>(x, {0, 2, 3, 1});
  if (p.file.image) return permute<T>(x, {1, 2, 0});
  if (const i64 c = p.file.out_channels; c > 1) x = exchange(x, 0, x.shape(0), c, x.shape(0) / c);
  if (const i64 c = p.file.in_channels; c > 1) x = exchange(x, 1, in_features(p), c, in_features(p) / c);
  return x;
}

template <class T>
void ReadWeights<T>::read(const SafeTensors& file, const std::string& name, Param<T>& p) {
  Tensor<T> values = from_file<T>(file, name, p);
  for (const Entry& other : entries_) {
    if (other.param == nullptr || other.param->data() != p.data() || p.size() == 0) continue;
    if (std::memcmp(other.values.data(), values.data(), static_cast<std::size_t>(p.size()) * sizeof(T)) != 0)
      throw FormatError(file.path() + ": '" + other.name + "' and '" + name +
                        "' are one parameter of the network, but the file has other numbers under each");
  }
  entries_.push_back({name, &p, std::move(values), {}});
}

template <class T>
void ReadWeights<T>::read(const SafeTensors& file, const std::string& name, const ComputedWeight<T>& weight) {
  entries_.push_back({name, nullptr, from_file<T>(file, name, weight.like), weight.assign});
}

template <class T>
void ReadWeights<T>::apply() {
  for (Entry& entry : entries_) {
    if (entry.param != nullptr)
      entry.param->set(entry.values);
    else
      entry.assign(entry.values);
  }
}

void require_no_others(const SafeTensors& file, const std::string& prefix, const std::vector<std::string>& names) {
  const std::string untracked = "num_batches_tracked";
  for (const TensorEntry& entry : file.entries()) {
    if (entry.name.compare(0, prefix.size(), prefix) != 0) continue;
    if (entry.name.size() >= untracked.size() &&
        entry.name.compare(entry.name.size() - untracked.size(), untracked.size(), untracked) == 0)
      continue;
    if (std::find(names.begin(), names.end(), entry.name) == names.end())
      throw FormatError(file.path() + ": holds '" + entry.name +
                        "', which the network has not; the nearest that it has is '" + nearest(entry.name, names) +
                        "'");
  }
}

template Tensor<float> to_file(const Param<float>&);
template Tensor<double> to_file(const Param<double>&);
template Tensor<float> from_file(const SafeTensors&, const std::string&, const Param<float>&);
template Tensor<double> from_file(const SafeTensors&, const std::string&, const Param<double>&);
template class ReadWeights<float>;
template class ReadWeights<double>;

}  // namespace gan::io::detail
