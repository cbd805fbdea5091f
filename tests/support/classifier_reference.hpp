// Linear classifiers that scikit-learn fitted (make_classifiers.py).
#pragma once

#include "support/reference.hpp"

namespace reference {

inline const File& classifier_file() {
  static const File f("classifiers.safetensors");
  return f;
}
inline std::vector<i64> classifier_labels() {
  std::vector<i64> out;
  for (const double v : classifier_file()["labels"].values) out.push_back(static_cast<i64>(v));
  return out;
}
inline Tensor<double> classifier_rows() { return tensor<double>(classifier_file()["x"]); }

inline void expect_fitted(const Tensor<double>& got, const std::string& key, double tolerance) {
  Worst worst;
  expect_close(got, classifier_file()[key], tolerance, key, worst);
  std::printf("[ error    ] %s: %.1e relative\n", key.c_str(), worst.error);
}

}  // namespace reference
