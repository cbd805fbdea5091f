// Draws, and sources of any type: random choices, facts, what a source holds.
#include "gan/data/source.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "gan/data/jittered.hpp"
#include "gan/data/masked.hpp"
#include "gan/data/paired.hpp"
#include "gan/data/points.hpp"
#include "gan/data/unpaired.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

TEST(Draws, AreFunctionsOfSeedEpochPurposeAndIndex) {
  const Draws draws{7, 3};
  const auto words = [](const Draws& d, const char* purpose, i64 index) {
    const philox::Block b = d.bits(purpose, index);
    return std::vector<u32>(std::begin(b.v), std::end(b.v));
  };
  EXPECT_EQ(words(draws, "a", 5), words({7, 3}, "a", 5));
  std::set<std::vector<u32>> all{words(draws, "a", 5), words(draws, "b", 5), words(draws, "a", 6),
                                 words({8, 3}, "a", 5), words({7, 4}, "a", 5)};
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(draws.rng("a", 5), (Draws{7, 3}.rng("a", 5)));
  EXPECT_NE(draws.rng("a", 5), draws.rng("a", 6));
  EXPECT_NE(draws.rng("a", 5), draws.rng("b", 5));
  EXPECT_NE(draws.rng("a", 5), (Draws{7, 4}.rng("a", 5)));
}

TEST(Draws, NumbersAreUniform) {
  constexpr i64 n = 30000;
  const Draws draws{2, 0};
  std::vector<int> counts(7);
  double sum = 0, square = 0;
  for (i64 i = 0; i < n; ++i) {
    const i64 number = draws.below(7, "number", i);
    ASSERT_GE(number, 0);
    ASSERT_LT(number, 7);
    ++counts[static_cast<std::size_t>(number)];
    const double u = draws.uniform("uniform", i);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    square += u * u;
  }
  for (const int count : counts) EXPECT_NEAR(count, n / 7.0, 5 * std::sqrt(n / 7.0));
  EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(square / n, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
  EXPECT_EQ(draws.below(1, "number", 12), 0);
}

TEST(Draws, NormalsBelongToTheirExample) {
  const Draws draws{2, 0};
  double sum = 0, square = 0, product = 0;
  for (i64 i = 0; i < 200; ++i) {
    const std::vector<float> one = draws.normal({50}, "noise", i).to_vector();
    const std::vector<float> next = draws.normal({50}, "noise", i + 1).to_vector();
    for (std::size_t k = 0; k < 50; ++k) {
      sum += one[k];
      square += double{one[k]} * one[k];
      product += double{one[k]} * next[k];
    }
  }
  EXPECT_NEAR(sum / 10000, 0, 0.05);
  EXPECT_NEAR(square / 10000, 1, 0.07);
  EXPECT_NEAR(product / 10000, 0, 0.05);
  EXPECT_EQ(draws.normal({3, 2}, "noise", 4).shape(), (Shape{3, 2}));
  EXPECT_NE(draws.normal({4}, "noise", 0).to_vector(), (Draws{2, 1}.normal({4}, "noise", 0).to_vector()));
}

/// A source of one's own: the index, and a random number.
struct Own {
  i64 count = 4;
  i64 size() const { return count; }
  Parts batch(std::span<const i64> indices, const Draws& draws) const {
    Var x({static_cast<i64>(indices.size()), 2});
    float* to = x.mutable_data();
    for (const i64 i : indices) {
      *to++ = static_cast<float>(i);
      *to++ = static_cast<float>(draws.uniform("own", i));
    }
    return {{"x", x}};
  }
  std::string checksum() const { return "own " + std::to_string(count); }
};
static_assert(SourceLike<Own> && SourceLike<Images> && SourceLike<Points> && SourceLike<Source>);
static_assert(!SourceLike<Loader>);

struct Knowing : Own {
  Facts facts() const { return {{"classes", "9"}}; }
};

TEST(Source, HoldsWhatLooksLikeOne) {
  const Source source = Own{5};
  EXPECT_EQ(source.size(), 5);
  EXPECT_EQ(source.checksum(), "own 5");
  EXPECT_EQ(source.facts(), Facts{});
  EXPECT_EQ(Source(Knowing{}).facts(), (Facts{{"classes", "9"}}));
  ASSERT_NE(source.as<Own>(), nullptr);
  EXPECT_EQ(source.as<Own>()->count, 5);
  EXPECT_EQ(source.as<Images>(), nullptr);
  const Source copy = source;
  EXPECT_EQ(copy.as<Own>(), source.as<Own>());
  test::expect_pure(source);
  test::expect_loads(source);
  EXPECT_TRUE(test::draws_anew(source));
}

TEST(Source, OfNothingIsEmpty) {
  const Source none;
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.checksum(), "");
  EXPECT_EQ(none.facts(), Facts{});
  EXPECT_EQ(none.as<Own>(), nullptr);
  EXPECT_THROW(none.batch({}), ValueError);
  EXPECT_THROW(Loader(none, {}), ValueError);
}

TEST(Source, ChecksIndicesForAll) {
  const i64 outside[] = {4};
  EXPECT_THAT(test::message_of<ValueError>([&] { Source(Own{4}).batch(outside); }), testing::HasSubstr("index 4 of 4"));
}

TEST(Source, SourcesNest) {
  const Images a = test::noise({7, 6, 6, 3}).flipped(), b = test::noise({3, 6, 6, 3}, 1).flipped();
  const Source nested = masked(jittered(paired(unpaired(a, b), unpaired(Source(b), a)), {.enlarge = 4}),
                               {.kind = Holes::blocks, .share = 0.3});
  EXPECT_EQ(nested.size(), 7);
  EXPECT_EQ(nested.batch({}).names(), "x, y, mask");
  test::expect_pure(nested);
  test::expect_loads(nested);
  EXPECT_TRUE(test::draws_anew(nested));
}

}  // namespace
}  // namespace gan::data
