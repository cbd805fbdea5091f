// Turns that cannot be recorded are played, with the same bits, and told of. Skipped where no CUDA device can be used.
#include <memory>

#include "support/turns.hpp"

namespace gan {
namespace {

using CudaTurnsPlayed = Cuda;

/// One player whose loss does `what` besides.
template <class What>
auto lonely(What what) {
  return [what](DenseNet& n) {
    std::vector<Player> players;
    players.emplace_back("D", params(n.D), [&n, what](const Batch& batch, Round& round, Pass& pass) {
      const Var loss = mean(square(n.D(batch["x"], pass)));
      return what(loss, batch, round, pass);
    }, Adam{});
    Game game(std::move(players));
    game.include("D", n.D);
    return game;
  };
}

template <class What>
void expect_played(What what, const std::string& why) {
  const data::Images images = some_images(40, 4, 1);
  const Course course = play(DenseNet{}, lonely(what), true, images);
  ASSERT_EQ(course.turns.size(), 1u);
  EXPECT_FALSE(course.turns[0].recorded);
  EXPECT_NE(course.turns[0].not_recorded.find(why), std::string::npos) << course.turns[0].not_recorded;
  ASSERT_EQ(course.notes.size(), 1u) << "told once";
  EXPECT_EQ(course.notes[0], "the turn of D is not recorded: " + course.turns[0].not_recorded);
  expect_equal(course, play(DenseNet{}, lonely(what), false, images));
}

TEST_F(CudaTurnsPlayed, TurnsThatTheHostHasAShareInAreNot) {
  expect_played([](const Var& loss, const Batch&, Round&, Pass&) { return loss.item() > 1e9f ? -loss : loss; },
                "the host reads 4 bytes");
  expect_played(
      [](const Var& loss, const Batch&, Round&, Pass&) {
        return loss + Var::from({1.f, 2.f}, {2}).to(gpu).view({}, 1);
      },
      "the host sends 8 bytes");
  expect_played([](const Var& loss, const Batch&, Round& round, Pass&) { return loss * double(1 + round.number % 2); },
                "it looks at the round's number");
  expect_played(
      [](const Var& loss, const Batch&, Round&, Pass& pass) { return loss * double(1 + pass.rng.next().draw % 2); },
      "it uses random numbers on the host");
}

TEST_F(CudaTurnsPlayed, TurnsThatDifferFromRoundToRoundAreNot) {
  // A penalty in every second round only, counted by the loss itself; a weight that shrinks.
  const auto every_second = [](DenseNet& n) {
    return lonely([count = std::make_shared<int>(0)](const Var& loss, const Batch&, Round&, Pass&) {
      return ++*count % 2 == 0 ? loss + 0.1 * square(loss) : loss;
    })(n);
  };
  const auto shrinking = [](DenseNet& n) {
    return lonely([weight = std::make_shared<double>(1)](const Var& loss, const Batch&, Round&, Pass&) {
      return loss * (*weight *= 0.9);
    })(n);
  };
  const data::Images images = some_images(40, 4, 1);
  const auto expect = [&](auto make) {
    const Course course = play(DenseNet{}, make, true, images);
    ASSERT_EQ(course.turns.size(), 1u);
    EXPECT_NE(course.turns[0].not_recorded.find("it does not do the same from round to round"), std::string::npos)
        << course.turns[0].not_recorded;
    expect_equal(course, play(DenseNet{}, make, false, images));
  };
  expect(every_second);
  expect(shrinking);
}

TEST_F(CudaTurnsPlayed, APlayerMayAskNotTo) {
  const auto make = [](DenseNet& n) {
    Game game = adversarial(n.G, n.D, NonSaturating{}, {.input = {.latent = 3}});
    game["D"].recordable = false;
    return game;
  };
  const data::Images images = some_images(40, 4, 1);
  const Course course = play(DenseNet{}, make, true, images);
  ASSERT_EQ(course.turns.size(), 2u);
  EXPECT_EQ(course.turns[0].not_recorded, "its player asks for that");
  EXPECT_EQ(course.turns[1].not_recorded, "it shares 'fake' with the turn of D");
  expect_equal(course, play(DenseNet{}, make, false, images));
}

}  // namespace
}  // namespace gan
