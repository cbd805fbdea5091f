// Every op of the case table on a CUDA device against the CPU: values, first derivatives by the fused backwards and by
// those written in ops, second derivatives. Skipped where no CUDA device can be used.
#include <gtest/gtest.h>

#include <cmath>

#include "support/cases.hpp"
#include "gan/core/math_mode.hpp"

namespace gan {
namespace {

/// The value, the fused gradients, those written in ops, the gradients' gradients; undefined where there is none.
template <class T>
Tensors<T> derivatives(const std::function<Tensor<T>(const Tensors<T>&)>& f, const Tensors<T>& inputs, Device device) {
  Tensors<T> x;
  for (const auto& t : inputs) x.push_back(leaf(t.to(device)));
  auto random = [&, n = u64{0}](const Shape& shape) mutable {
    Rng rng{5, 6, n++};
    return rand<T>(shape, rng, -1, 1).to(device);
  };
  Tensors<T> out{f(x)};
  if (!out[0].tracked()) return out;
  const Tensor<T> cotangent = random(out[0].shape());
  for (const auto& g : grad(sum(out[0] * cotangent), x)) out.push_back(g);
  const Tensors<T> first = grad(sum(f(x) * cotangent), x, true);
  Tensor<T> along;
  for (const auto& g : first) {
    out.push_back(g);
    if (!g.defined() || !g.tracked()) continue;
    const Tensor<T> part = sum(g * random(g.shape()));
    along = along.defined() ? along + part : part;
  }
  if (along.defined() && along.tracked())
    for (const auto& g : grad(along, x)) out.push_back(g);
  for (auto& t : out) t = detach(t);
  return out;
}

template <class T>
void expect_agreement(std::function<Tensor<T>(const Tensors<T>&)> Case::*f, double tolerance) {
  const MathScope full(MathMode::fp32);
  for (const Case& c : all_cases()) {
    SCOPED_TRACE(c.name);
    try {
      const Tensors<T> x = case_inputs<T>(c, c.inputs);
      const Tensors<T> expected = derivatives(c.*f, x, Device::cpu()), found = derivatives(c.*f, x, Device::cuda());
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t k = 0; k < found.size(); ++k) {
        ASSERT_EQ(found[k].defined(), expected[k].defined()) << "result " << k;
        if (!found[k].defined()) continue;
        EXPECT_EQ(found[k].device(), c.inputs.empty() ? Device::cpu() : Device::cuda()) << "result " << k;
        const auto a = found[k].to_vector(), b = expected[k].to_vector();
        ASSERT_EQ(a.size(), b.size());
        double scale = 1;
        for (const T v : b) scale = std::max(scale, std::abs(static_cast<double>(v)));
        for (std::size_t i = 0; i < a.size(); ++i)
          ASSERT_NEAR(static_cast<double>(a[i]), static_cast<double>(b[i]), tolerance * scale)
              << "result " << k << ", element " << i;
      }
    } catch (const std::exception& e) { ADD_FAILURE() << e.what(); }
  }
}

class CudaCases : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() == 0) GTEST_SKIP() << "no CUDA device can be used here: nothing was compared";
  }
};

TEST_F(CudaCases, AgreeWithTheCpuInDouble) { expect_agreement(&Case::f64, 1e-11); }
TEST_F(CudaCases, AgreeWithTheCpuInFloat) { expect_agreement(&Case::f32, 1e-4); }

}  // namespace
}  // namespace gan
