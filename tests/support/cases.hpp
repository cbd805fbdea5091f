// Every op once. The tests ops_value, ops_gradient and ops_threads read this table; an op that the headers declare and
// this table lacks fails ops_value.
#pragma once

#include "support/cases/elementwise.hpp"
#include "support/cases/image.hpp"
#include "support/cases/layer.hpp"
#include "support/cases/product.hpp"
#include "support/cases/shape.hpp"

namespace gan {

inline const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all;
    for (auto part : {elementwise_cases(), shape_cases(), product_cases(), layer_cases(), image_cases()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return cases;
}

}  // namespace gan
