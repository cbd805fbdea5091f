// Initial values: their distributions, and what they depend on.
#include "gan/nn/init.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/linear.hpp"

namespace gan {
namespace {

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};
Moments moments(const Var& t) {
  Moments m;
  for (const float v : t.values()) m.mean += static_cast<double>(v) / static_cast<double>(t.size());
  for (const float v : t.values()) {
    m.deviation += std::pow(static_cast<double>(v) - m.mean, 2) / static_cast<double>(t.size());
    m.largest = std::max(m.largest, std::abs(static_cast<double>(v)));
  }
  m.deviation = std::sqrt(m.deviation);
  return m;
}

TEST(Init, DistributionsHaveTheirMoments) {
  const Shape shape{400, 300};
  auto values = [&](Initializer how) { return moments(initial_values<float>(how, shape, 300, 400, 1, "w")); };
  EXPECT_NEAR(values(initializer::normal(0.02)).deviation, 0.02, 2e-4);
  EXPECT_NEAR(values(initializer::normal(0.02, 1)).mean, 1, 1e-3);
  const auto truncated = values(initializer::truncated_normal(0.1));
  EXPECT_LE(truncated.largest, 0.2);
  EXPECT_NEAR(truncated.deviation, 0.1 * 0.87962566, 1e-3);
  EXPECT_NEAR(values(initializer::uniform(-0.05, 0.05)).deviation, 0.1 / std::sqrt(12.0), 2e-4);
  EXPECT_NEAR(values(initializer::xavier_uniform()).deviation, std::sqrt(2.0 / 700), 4e-4);
  EXPECT_NEAR(values(initializer::xavier_uniform()).largest, std::sqrt(6.0 / 700), 1e-4);
  EXPECT_NEAR(values(initializer::xavier_normal()).deviation, std::sqrt(2.0 / 700), 4e-4);
  EXPECT_NEAR(values(initializer::he_normal()).deviation, std::sqrt(2.0 / 300), 6e-4);
  EXPECT_NEAR(values(initializer::he_uniform()).deviation, std::sqrt(2.0 / 300), 6e-4);
  EXPECT_NEAR(values(initializer::constant(0.5)).mean, 0.5, 1e-9);
}

TEST(Init, DirectionsHaveLengthOne) {
  const auto v = initial_values<double>(initializer::direction(), {400}, 1, 1, 3, "u");
  EXPECT_NEAR(sum(square(v)).item(), 1, 1e-12);
  EXPECT_LT(moments(initial_values<float>(initializer::direction(), {40000}, 1, 1, 3, "u")).largest, 5. / 200);
}

TEST(Init, OrthogonalRowsOrColumns) {
  for (const Shape shape : {Shape{6, 4}, Shape{4, 6}, Shape{5, 5}}) {
    const auto w = initial_values<double>(initializer::orthogonal(2), shape, 1, 1, 3, "w");
    const bool tall = shape[0] >= shape[1];
    const auto gram = matmul(w, w, {tall, !tall});
    for (i64 i = 0; i < gram.shape(0); ++i)
      for (i64 j = 0; j < gram.shape(1); ++j) EXPECT_NEAR(gram.data()[i * gram.shape(1) + j], i == j ? 4 : 0, 1e-12);
  }
}

TEST(Init, DependsOnSeedAndNameOnly) {
  Sequential small{Dense(3, 4), Dense(4, 2)}, large{Dense(3, 4), Dense(4, 2), Dense(2, 9)};
  init(small, 1);
  init(large, 1);
  const auto a = params(small), b = params(large);
  EXPECT_EQ(a.names, (std::vector<std::string>{"0.weight", "0.bias", "1.weight", "1.bias"}));
  for (std::size_t i = 0; i < a.tensors.size(); ++i) EXPECT_EQ(a.tensors[i].to_vector(), b.tensors[i].to_vector());
  init(large, 2);
  EXPECT_NE(a.tensors[0].to_vector(), params(large).tensors[0].to_vector());
}

}  // namespace
}  // namespace gan
