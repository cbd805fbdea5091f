// Metrics by other people's programs: torch-fidelity, pytorch-fid, torchmetrics, prdc, scikit-image, scikit-learn,
// SciPy (make_metrics.py).
#pragma once

#include "support/reference.hpp"

namespace reference {

inline const File& metrics_file() {
  static const File f("metrics.safetensors");
  return f;
}
inline Tensor<double> given(const std::string& key) { return tensor<double>(metrics_file()[key]); }

/// Prints the relative error and compares it.
inline void expect_relative(double value, double expected, double tolerance, const std::string& what) {
  const double error = std::abs(value - expected) / std::abs(expected);
  std::printf("[ error    ] %s: %.1e relative\n", what.c_str(), error);
  EXPECT_LE(error, tolerance) << what << ": " << value << ", not " << expected;
}
inline void expect_relative(const Tensor<double>& values, const std::string& key, double tolerance) {
  Worst worst;
  expect_close(values, metrics_file()[key], tolerance, key, worst);
  std::printf("[ error    ] %s: %.1e relative\n", key.c_str(), worst.error);
}

}  // namespace reference
