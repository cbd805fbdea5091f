// Embeddings: their cases, rows, first values and errors, and PyTorch.
#include "gan/nn/embedding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/layer_cases.hpp"
#include "support/layer_reference.hpp"
#include "support/with_weight.hpp"

namespace gan {
namespace {

using namespace reference;
using D = Tensor<double>;
using testing::ElementsAre;

const LayerCases cases([] {
  return std::vector<LayerCase>{
      {"Embedding", Sequential(Embedding({.classes = 10, .width = 4})), {3}, {3, 4}, 40},
  };
});

TEST(Embedding, IsARowOfItsTableAndRefusesOtherLabels) {
  Embedding layer({.classes = 3, .width = 2});
  Pass pass = Pass::inference();
  EXPECT_THROW(layer(Var::zeros({1}), pass), ValueError) << "no values yet";
  init(layer, 1);
  const auto w = layer.weight.to_vector();
  EXPECT_THAT(layer(Var::from({2, 0}, Shape{2}), pass).to_vector(), ElementsAre(w[4], w[5], w[0], w[1]));
  EXPECT_THROW(layer(Var::from({3}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::from({-1}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::from({0.5}, Shape{1}), pass), ValueError);
  EXPECT_THROW(layer(Var::zeros({1, 1}), pass), ShapeError);
  EXPECT_THROW(Embedding({.classes = 3}), ValueError);
}

TEST(Embedding, TakesAnotherTable) {
  expect_with_weight(Embedding({.classes = 3, .width = 2}), Var::from({2, 0, 2}, Shape{3}));
}

TEST(Embedding, StartsStandardNormal) {
  Embedding layer({.classes = 100, .width = 100});
  init(layer, 1);
  double first = 0, second = 0;
  for (const float v : layer.weight.to_vector()) {
    first += static_cast<double>(v) / 1e4;
    second += static_cast<double>(v) * static_cast<double>(v) / 1e4;
  }
  EXPECT_NEAR(first, 0, 0.04) << "four standard errors";
  EXPECT_NEAR(second, 1, 0.06);
}

using EmbeddingReference = reference::LayerReference;

TEST_F(EmbeddingReference, OfLabels) {
  const D labels = tensor<double>(layer_file()["embedding.labels"]),
          table = tensor<double>(layer_array("embedding", "x"));
  check_function("embedding", [&](const D& x) { return embedding(x, labels); });
  BasicEmbedding<double> layer({.classes = 4, .width = 3});
  layer.weight.set(table);
  EXPECT_EQ(count_parameters(layer).trainable, static_cast<i64>(layer_file().number("embedding.count")));
  Pass pass = Pass::training();
  expect_close(layer(labels, pass), layer_array("embedding", "y"), layer_tolerance, "embedding layer", worst_layer);
}

}  // namespace
}  // namespace gan
