// Random numbers: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/random.hpp"

#include <gtest/gtest.h>

#include "gan/core/parallel.hpp"
#include "gan/ops/linear.hpp"
#include "support/cases.hpp"
#include "support/errors.hpp"

namespace gan {
namespace {

using namespace naive;

const Cases cases{
    make_case("dropout", {{4, 5}},
              [](auto& x) {
                Rng rng{3, 1, 4};
                return dropout(x[0], 0.4, rng);
              },
              nullptr, {.large = {{300, 200}}}),
    make_case(
        "rand", {},
        [](auto& x) {
          Rng rng{1, 2, 3};
          return rand<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng, -2, 3);
        },
        nullptr),
    make_case(
        "randn", {},
        [](auto& x) {
          Rng rng{1, 2, 3};
          return randn<typename std::remove_cvref_t<decltype(x[0])>::value_type>(Shape{300, 100}, rng);
        },
        nullptr),
    make_case(
        "rand_classes", {},
        [](auto& x) {
          Rng rng{1, 2, 3};
          return rand_classes<typename std::remove_cvref_t<decltype(x[0])>::value_type>(30000, 10, rng);
        },
        nullptr),
};

TEST(OpsRandom, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  Rng rng;
  expect_error<ValueError>([&] { dropout(matrix, 1.0, rng); }, "[dropout] the rate must lie in [0, 1)");
}

TEST(RandClasses, AreClassNumbersEachAsLikely) {
  Rng rng{7, 1, 0};
  for (const i64 classes : {1, 2, 3, 10, 1000}) {
    const Var y = rand_classes(20000, classes, rng);
    ASSERT_EQ(y.shape(), (Shape{20000}));
    std::vector<double> counts(static_cast<std::size_t>(classes));
    for (const float v : y.values()) {
      ASSERT_TRUE(v >= 0 && v < static_cast<float>(classes) && v == std::floor(v)) << v;
      ++counts[static_cast<std::size_t>(v)];
    }
    const double expected = 20000.0 / static_cast<double>(classes);
    for (const double n : counts) EXPECT_NEAR(n, expected, 6 * std::sqrt(expected)) << classes;
    EXPECT_EQ(one_hot(y, classes).shape(), (Shape{20000, classes}));
    EXPECT_EQ(embedding(Var::ones({classes, 3}), y).shape(), (Shape{20000, 3}));
  }
}

TEST(RandClasses, FollowTheRngAlone) {
  Rng a{7, 1, 0}, b{7, 1, 0};
  const int before = threads();
  set_threads(1);
  const auto first = rand_classes(50000, 10, a).to_vector(), second = rand_classes(50000, 10, a).to_vector();
  set_threads(3);
  EXPECT_EQ(rand_classes(50000, 10, b).to_vector(), first);
  EXPECT_EQ(rand_classes(50000, 10, b).to_vector(), second);
  set_threads(before);
  EXPECT_NE(first, second);
}

TEST(RandClasses, RefuseWhatIsNone) {
  Rng rng;
  EXPECT_THROW(rand_classes(0, 3, rng), ValueError);
  EXPECT_THROW(rand_classes(3, 0, rng), ValueError);
  EXPECT_THROW(rand_classes(3, (i64{1} << 24) + 1, rng), ValueError);
  EXPECT_NO_THROW(rand_classes<double>(3, (i64{1} << 24) + 1, rng));
}

}  // namespace
}  // namespace gan
