// Random numbers: the cases that value_test, gradient_test, threads_test and devices read, and errors.
#include "gan/ops/random.hpp"

#include <gtest/gtest.h>

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
};

TEST(OpsRandom, BadShapesAndValuesAreNamed) {
  const Var matrix = zeros({2, 3});
  Rng rng;
  expect_error<ValueError>([&] { dropout(matrix, 1.0, rng); }, "[dropout] the rate must lie in [0, 1)");
}

}  // namespace
}  // namespace gan
