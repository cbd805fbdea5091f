// Parts: named tensors, in order. A batch of data is parts, what a generator is fed is parts, and so is what a trained
// system makes of them. Names have conventional meanings, each with one row per example:
//   x       images (N, H, W, C) or points (N, D)
//   y       the same in a second domain, or the targets that belong to x
//   labels  class numbers (N)
//   text    token numbers (N, L), 0 after the end
//   tags    (N, K), above 0.5 for each of K words that describe x
//   mask    (N, H, W, 1): 1 where an image is known, 0 where it has a hole
//   z       latent vectors (N, D)
//   codes   latent codes (N, D) with a meaning of their own
//   features  what an encoder has found in x (N, D)
//   frames  clips (N, T, H, W, C)
#pragma once

#include <string_view>
#include <utility>

#include "gan/tensor/tensor.hpp"

namespace gan {

template <class T>
class BasicParts {
 public:
  using Part = std::pair<std::string, Tensor<T>>;

  BasicParts() = default;
  /// Throws ValueError when two parts have the same name. Undefined tensors are left out.
  BasicParts(std::initializer_list<Part> parts);

  /// The part of that name. Throws ValueError, which lists the parts that are there, when there is none.
  const Tensor<T>& operator[](std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Adds a part, or replaces the one of that name. An undefined tensor removes it.
  BasicParts& set(const std::string& name, Tensor<T> value);
  /// The numbers of a part as integers, for class and token numbers; waits for the device. Throws as operator[].
  std::vector<i64> integers(std::string_view name) const;

  /// The number of examples: the rows of the first part, or 0.
  i64 rows() const { return parts_.empty() ? 0 : parts_.front().second.shape(0); }
  bool empty() const { return parts_.empty(); }
  auto begin() const { return parts_.begin(); }
  auto end() const { return parts_.end(); }
  /// "x, labels"
  std::string names() const;

  /// The same parts on another device.
  BasicParts to(Device device) const;

 private:
  const Tensor<T>* find(std::string_view name) const;

  std::vector<Part> parts_;
};
using Parts = BasicParts<float>;

extern template class BasicParts<float>;
extern template class BasicParts<double>;

}  // namespace gan
