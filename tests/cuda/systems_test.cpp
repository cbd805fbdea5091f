// Toy systems of every shape, played with and without recorded turns.
#include "support/toy_systems.hpp"
#include "support/turns.hpp"

namespace gan {
namespace {

using CudaSystems = Cuda;

/// 16 x 16 images with every part that the toys need.
struct Everything {
  data::Images images = some_images(24, 16, 1);
  i64 size() const { return images.size(); }
  std::string checksum() const { return images.checksum(); }
  Parts batch(std::span<const i64> indices, const data::Draws&) const {
    Parts parts = images.batch(indices);
    const i64 n = parts.rows();
    std::vector<float> labels, text;
    for (const i64 i : indices) {
      labels.push_back(static_cast<float>(i % 3));
      for (i64 k = 0; k < 6; ++k) text.push_back(static_cast<float>((i + k) % 4));
    }
    return parts.set("y", -parts["x"])
        .set("mask", Var::ones({n, 16, 16, 1}))
        .set("labels", Var::from(labels, {n}))
        .set("text", Var::from(text, {n, 6}));
  }
};

template <class Toy>
std::vector<TurnGraphs::Turn> expect_same_bits(const Toy& toy) {
  const auto game = [](Toy& t) { return t.game(); };
  const data::Source source = Everything{};
  const Course repeated = play(toy, game, true, source), played = play(toy, game, false, source);
  expect_equal(repeated, played);
  return repeated.turns;
}

TEST_F(CudaSystems, OfEveryShapeHaveTheBitsOfPlayedTurns) {
  for (const auto& turn : expect_same_bits(test::ToyPlain({}))) EXPECT_TRUE(turn.recorded) << turn.not_recorded;
  for (const auto& turn : expect_same_bits(test::ToyCompleter({}))) EXPECT_TRUE(turn.recorded) << turn.not_recorded;
  test::ToyReader::Options words;
  words.vocabulary = "red star";
  for (const auto& turn : expect_same_bits(test::ToyReader(words))) EXPECT_TRUE(turn.recorded) << turn.not_recorded;
}

TEST_F(CudaSystems, StateOnTheHostIsPlayedEachTime) {
  test::ToyLabelled::Options three;
  three.classes = 3;
  for (const auto& turn : expect_same_bits(test::ToyLabelled(three)))
    EXPECT_NE(turn.not_recorded.find("changes the number 'asked'"), std::string::npos) << turn.not_recorded;
  const auto turns = expect_same_bits(test::ToyTranslator({}));
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_FALSE(turns[0].recorded) << "the pool's choices are made on the host";
}

}  // namespace
}  // namespace gan
