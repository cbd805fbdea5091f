// Layers whose weight is replaced for one call.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/grad/grad.hpp"
#include "gan/nn/module.hpp"
#include "gan/ops/random.hpp"

namespace gan {

/// with_weight(x, w) is what the layer computes of x once w is its weight, and w gets the weight's gradient.
template <class Layer>
void expect_with_weight(Layer layer, const Var& x) {
  init(layer, 1);
  Rng rng{3};
  const Var w = leaf(rand<float>(layer.weight.shape(), rng, -1, 1));
  Pass pass = Pass::training();
  const Var y = layer.with_weight(x, w, pass);
  EXPECT_NE(y.to_vector(), layer(x, pass).to_vector());
  layer.weight.set(w);
  const Var expected = layer(x, pass);
  EXPECT_EQ(y.to_vector(), expected.to_vector());
  EXPECT_EQ(grad(sum(square(y)), {w})[0].to_vector(),
            grad(sum(square(expected)), {layer.weight.tensor()})[0].to_vector());
  try {
    layer.with_weight(x, Var::ones({1}), pass);
    ADD_FAILURE() << "a weight of another shape was taken";
  } catch (const ShapeError& e) { EXPECT_THAT(e.what(), testing::HasSubstr("the weight has another shape: (1)")); }
}

}  // namespace gan
