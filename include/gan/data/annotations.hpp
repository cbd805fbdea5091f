// What is known about the examples of a data set besides their numbers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gan/data/source.hpp"

namespace gan::data {

/// Optional annotations of images or points; each list is empty or has one entry per example.
struct Annotations {
  std::vector<i64> labels;            ///< class numbers, 0 <= label < classes.size()
  std::vector<std::string> classes;   ///< name of each class; required if there are labels
  std::vector<std::string> captions;  ///< a sentence per image
};

namespace detail {
/// Throws ValueError naming `who` for lists that do not have n entries, and for labels outside [0, classes).
void check_annotations(const char* who, const Annotations& annotations, i64 n);
/// The number of classes, if there are labels.
Facts facts_of(const Annotations& annotations);
/// The labels (indices.size()) of these examples; undefined if there are no labels.
template <class T>
Tensor<T> labels_of(const Annotations& annotations, std::span<const i64> indices);
}  // namespace detail

}  // namespace gan::data
