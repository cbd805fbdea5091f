// SqueezeNet 1.1 and LPIPS of torchvision and the authors' package (make_metrics.py), with weights made from a formula
// and, where they are at hand, with the real ones.
#pragma once

#include "gan/metrics/lpips.hpp"
#include "support/metrics_reference.hpp"

namespace reference {

using gan::Param;
using gan::u64;
using gan::metrics::BasicLpips;

/// In [-1, 1].
inline Tensor<double> lpips_image(const char* key) { return 2.0 * tensor<double>(metrics_file()[key]) - 1.0; }

/// make_metrics.py's `made`, for a parameter whose shape is (O, KH, KW, I) here and (O, I, KH, KW) there, or (O).
inline void make(Param<double>& p, u64 number, double least) {
  Array x{p.shape(), std::vector<double>(static_cast<std::size_t>(p.shape().size()))};
  if (x.shape.rank() == 4) x.shape = Shape{p.shape(0), p.shape(3), p.shape(1), p.shape(2)};
  const double inputs = x.shape.rank() == 4 ? static_cast<double>(x.shape.stride0()) : 1;
  for (u64 i = 0; i < x.values.size(); ++i) {
    u64 v = i + 1000003 * number;
    for (int round = 0; round < 2; ++round) v = ((v ^ (v >> 16)) * 0x45D9F3B) & 0xFFFFFFFFu;
    x.values[i] = (least + (1 - least) * static_cast<double>(v >> 8) / 16777216) * std::sqrt(6 / inputs);
  }
  p.set(tensor<double>(ours(x)));
}
inline BasicLpips<double> made_lpips() {
  BasicLpips<double> lpips;
  u64 number = 0;
  gan::each_param(lpips.net, [&](const std::string&, Param<double>& p) { make(p, number++, -1); });
  number = 100;
  gan::each_param(lpips.weights, [&](const std::string&, Param<double>& p) { make(p, number++, 0); });
  return lpips;
}

}  // namespace reference
