// The same bits for 1, 2, 3 and 8 threads: every op, its gradient, and the random numbers.
#include <gtest/gtest.h>

#include <cstring>

#include "support/cases.hpp"

namespace gan {
namespace {

std::vector<float> run(const Case& c) {
  Tensors<float> x;
  for (const auto& t : case_inputs<float>(c, c.large.empty() ? c.inputs : c.large)) x.push_back(leaf(t));
  const Var y = c.f32(x);
  std::vector<float> out = y.to_vector();
  if (!y.tracked()) return out;
  Rng rng{7, 7, 7};
  const Var seed = rand<float>(y.shape(), rng, -1, 1);
  for (const auto& g : grad(y, seed, x)) {
    const auto values = g.to_vector();
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

TEST(OpsThreads, SameBitsForAnyNumberOfThreads) {
  const int before = threads();
  for (const Case& c : all_cases()) {
    set_threads(1);
    const auto expected = run(c);
    for (const int n : {2, 3, 8}) {
      set_threads(n);
      const auto got = run(c);
      ASSERT_EQ(got.size(), expected.size()) << c.name;
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)), 0)
          << c.name << " with " << n << " threads";
    }
  }
  set_threads(before);
}

TEST(OpsThreads, SetThreadsRefusesNone) { EXPECT_THROW(set_threads(0), ValueError); }

}  // namespace
}  // namespace gan
