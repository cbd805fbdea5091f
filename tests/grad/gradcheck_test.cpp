// The check of derivatives sees wrong ones.
#include "gan/grad/gradcheck.hpp"

#include <gtest/gtest.h>

#include "gan/ops/arithmetic.hpp"

namespace gan {
namespace {

TEST(Gradcheck, SeesWrongDerivatives) {
  using Function = std::function<Tensor<double>(const Tensors<double>&)>;
  auto squares = [](auto backward) -> Function {
    return [backward](const Tensors<double>& x) {
      return record<double>("square", mul(detach(x[0]), detach(x[0])), {x[0]}, save::inputs, backward);
    };
  };
  const Function half = squares([](auto& g, auto& s) { return Tensors<double>{mul(g, s.input(0))}; });
  const Function constant = squares([](auto& g, auto& s) { return Tensors<double>{2.0 * mul(g, detach(s.input(0)))}; });
  const Tensors<double> x{Tensor<double>::from({1.0, 2.0}, Shape{2})};
  EXPECT_FALSE(gradcheck<double>(half, x)) << "misses a factor 2";
  EXPECT_TRUE(gradcheck<double>(constant, x));
  EXPECT_FALSE(gradcheck<double>(constant, x, {.order = 2})) << "its gradient forgets that it depends on x";
}

}  // namespace
}  // namespace gan
