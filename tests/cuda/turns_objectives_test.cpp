// Objectives with state or random numbers, and penalties, in recorded turns. Skipped where no CUDA device can be used.
#include "support/games/every_objective.hpp"
#include "support/turns.hpp"

namespace gan {
namespace {

using CudaTurnsObjectives = Cuda;

/// Scores with all that an objective may ask for, from one small network.
struct AllHeads {
  test::Head head = test::Head::logit;
  Sequential G{Dense(3, 8), ReLU{}, Dense(8, 16), Reshape{{4, 4, 1}}};
  Sequential trunk{Flatten{}, Dense(16, 8, {.activation = LeakyReLU{0.2}})};
  Dense logit{8, 1}, two{8, 2}, classes{8, 4};
  Scores score(const Var& x, Pass& pass) {
    const Var features = trunk(x, pass);
    const Var labels = Var::zeros({x.shape(0)}, x.device());
    if (head == test::Head::two) return {two(features, pass), features};
    if (head == test::Head::classes) return {classes(features, pass), features, labels};
    if (head == test::Head::auxiliary) return {logit(features, pass), classes(features, pass), labels};
    if (head == test::Head::codes) return {logit(features, pass), classes(features, pass), one_hot(labels, 4)};
    const Var y = logit(features, pass);
    return {head == test::Head::energy ? square(y) : y, features};
  }
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("trunk", trunk);
    v("logit", logit);
    v("two", two);
    v("classes", classes);
  }
};
TEST_F(CudaTurnsObjectives, EveryObjectiveIsRecordedWithItsPenalty) {
  const data::Images images = some_images(40, 4, 1);
  test::each_objective<float>([&images](const auto& c) {
    SCOPED_TRACE(c.name);
    AllHeads net;
    net.head = c.head;
    const auto make_game = [&c](AllHeads& n) {
      BasicTwoPlayers<float> players{
          .generator = params(n.G),
          .discriminator = params(n.trunk, n.logit, n.two, n.classes),
          .generate =
              [&n](const Batch& batch, Round&, Pass& pass) {
                return n.G(draw_latent<float>(batch["x"].shape(0), {3}, pass.rng, batch["x"].device()), pass);
              },
          .score = [&n](const Var& x, const Batch&, Round&, Pass& pass) { return n.score(x, pass); }};
      Game game = adversarial(std::move(players), c.objective, {}, c.penalty);
      game.include("net", n);
      return game;
    };
    expect_recorded(net, make_game, images);
  });
}

TEST_F(CudaTurnsObjectives, LazyPenaltiesArePlayed) {
  const auto make_game = [](DenseNet& n) {
    return adversarial(n.G, n.D, NonSaturating{}, {.input = {.latent = 3}}, Lazy{2, R1{1}});
  };
  const data::Images images = some_images(40, 4, 1);
  const Course course = play(DenseNet{}, make_game, true, images);
  ASSERT_EQ(course.turns.size(), 2u);
  EXPECT_FALSE(course.turns[0].recorded);
  expect_equal(course, play(DenseNet{}, make_game, false, images));
}

}  // namespace
}  // namespace gan
