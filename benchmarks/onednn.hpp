// The same products by oneDNN, for kernel_table, in the layouts that oneDNN likes best and in a process of its own: two
// libraries' threads in one process would get into each other's way.
#pragma once

#include <functional>

#include "src/cpu/products.hpp"

namespace gan::benchmarks {

/// Runs a product some times and returns the seconds that one took.
using Timed = std::function<double(int times)>;

/// To be made before the program has threads.
class OneDnn {
 public:
  OneDnn();
  ~OneDnn();
  OneDnn(const OneDnn&) = delete;
  OneDnn& operator=(const OneDnn&) = delete;

  // Empty where this build has no oneDNN (libdnnl-dev 2.x).
  Timed convolution(cpu::ConvOperation operation, const ConvShape& shape) const;
  Timed product(const GemmShape& shape) const;

 private:
  int to_ = -1, from_ = -1;
};

}  // namespace gan::benchmarks
