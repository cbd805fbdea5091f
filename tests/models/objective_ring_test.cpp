// Every objective of the list trains small networks on a ring of Gaussians, with the penalty recommended for it.
#include <gtest/gtest.h>

#include "support/games/objective_ring.hpp"

namespace gan {
namespace {

TEST(ObjectiveRing, EveryObjectiveTrainsAndFindsTheModesThatItCan) {
  test::each_objective<float>([](const auto& c) {
    SCOPED_TRACE(c.name);
    const i64 rounds = c.plan.discriminator_steps > 1 ? 1000 : 1500;
    // A training takes another course with every rounding: two seeds must find the modes, of three.
    int found = 0;
    const int wanted = c.plan.covers ? 2 : 0;
    for (u64 seed = 1; seed <= 3 && (found < wanted || seed <= 2); ++seed) {
      const test::RingCoverage r = test::trained_on_ring(c, {.rounds = rounds, .seed = seed});
      std::printf("[ ring     ] %s, seed %d: %d of 8 modes, %.0f %% of the samples near one\n", c.name.c_str(),
                  static_cast<int>(seed), static_cast<int>(r.modes), 100 * r.share);
      found += r.modes >= 7 && r.share > 0.5;
    }
    EXPECT_GE(found, wanted);
  });
}

}  // namespace
}  // namespace gan
