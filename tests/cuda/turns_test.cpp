// Games whose turns are recorded give the bits of games whose turns are played; what cannot be recorded is played and
// told of. Skipped where no CUDA device can be used.
#include "support/cuda.hpp"

#include <filesystem>

#include "support/files.hpp"
#include "gan/gan.hpp"

namespace gan {
namespace {

using CudaTurns = Cuda;

/// What a game has come to: the metrics of each round, and all that its state holds at last.
struct Course {
  std::vector<std::vector<std::pair<std::string, double>>> metrics;
  std::vector<std::vector<float>> state;
  std::vector<TurnGraphs::Turn> turns;
  std::vector<std::string> notes;
};

template <class Net, class MakeGame>
Course play(Net net, MakeGame make_game, bool graphs, const data::Dataset& images, i64 rounds = 8, i64 batch = 4) {
  init(net, 5);
  to(net, gpu);
  Game game = make_game(net);
  Course course;
  Trainer trainer{game,
                  data::Loader(images, {.batch_size = batch}),
                  {.rounds = rounds,
                   .seed = 7,
                   .graphs = graphs,
                   .note = [&](const std::string& what) { course.notes.push_back(what); }}};
  trainer.every(1, [&](Trainer& t) { course.metrics.push_back(t.metrics()); });
  trainer.run();
  each_param(game, [&](const std::string&, Param<float>& p) { course.state.push_back(p.to_vector()); });
  for (auto& player : game.players) {
    player.optimizer.each_kept([&](const char*, Tensors<float>& kept) {
      for (auto& t : kept) course.state.push_back(t.to_vector());
    });
    course.state.push_back({static_cast<float>(player.optimizer.updates())});
  }
  if (trainer.graphs()) course.turns = trainer.graphs()->turns();
  return course;
}

data::Dataset some_images(i64 n, i64 size, i64 channels) {
  Rng rng{1, 2, 3};
  return data::Dataset::from_images(rand<float>({n, size, size, channels}, rng, -1, 1), -1, 1);
}

void expect_equal(const Course& a, const Course& b) {
  EXPECT_EQ(a.metrics, b.metrics);
  ASSERT_EQ(a.state.size(), b.state.size());
  for (std::size_t i = 0; i < a.state.size(); ++i) EXPECT_EQ(a.state[i], b.state[i]) << "tensor " << i;
}

/// Every turn is recorded and repeated, and the bits are those of playing on.
template <class Net, class MakeGame>
void expect_recorded(const Net& net, MakeGame make_game, const data::Dataset& images) {
  const Course repeated = play(net, make_game, true, images), played = play(net, make_game, false, images);
  EXPECT_FALSE(repeated.turns.empty());
  for (const auto& turn : repeated.turns) {
    EXPECT_TRUE(turn.recorded) << turn.name << ": " << turn.not_recorded;
    EXPECT_EQ(turn.repeated, 5u) << turn.name;
  }
  EXPECT_EQ(repeated.notes, std::vector<std::string>{});
  EXPECT_TRUE(played.turns.empty());
  expect_equal(repeated, played);
  for (const auto& values : repeated.state)
    for (const float x : values) ASSERT_TRUE(std::isfinite(x));
}

struct Wasserstein {
  Var d(const Scores& real, const Scores& fake) const { return mean(fake.logits) - mean(real.logits); }
  Var g(const Scores& fake) const { return -mean(fake.logits); }
};

struct DenseNet {
  Sequential G{Dense(3, 8), ReLU{}, Dense(8, 16), Reshape{{4, 4, 1}}};
  Sequential D{Flatten{}, Dense(16, 8), LeakyReLU{0.2}, Dropout{0.3}, Dense(8, 1)};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

TEST_F(CudaTurns, DenseNetsAreRecorded) {
  expect_recorded(DenseNet{}, [](DenseNet& n) { return adversarial(n.G, n.D, NonSaturating{}, {.latent = 3}); },
                  some_images(40, 4, 1));
}

TEST_F(CudaTurns, SchedulesAndSeveralTurnsAreRecorded) {
  expect_recorded(
      DenseNet{},
      [](DenseNet& n) {
        Game game = adversarial(n.G, n.D, Wasserstein{}, {.latent = 3, .discriminator_steps = 2}, GradientPenalty{10});
        game["G"].optimizer = OptimizerSpec(Adam{}).learning_rate(schedule::linear_to_zero({.from = 2, .steps = 10}));
        game["D"].optimizer = OptimizerSpec(Sgd{.learning_rate = 0.01, .momentum = 0.5}).clip_gradient_norm(0.5);
        return game;
      },
      some_images(100, 4, 1));
}

TEST_F(CudaTurns, ConvolutionsAndBatchNormAreRecorded) {
  const models::DcganOptions options{.channels = 1, .size = 28, .latent = 4, .features = 2};
  expect_recorded(models::Dcgan(options), [](models::Dcgan& n) { return models::dcgan_game(n); }, some_images(40, 28, 1));
}

/// Two translators and two discriminators, as in CycleGAN: three players, residuals, reflected borders, instance norm.
struct CycleNet {
  static Sequential translator() {
    return Sequential{ReflectionPad2D{1}, Conv2D({.in = 1, .out = 2}), BasicInstanceNorm<float>(2), ReLU{},
                      Residual{Sequential{Conv2D({.in = 2, .out = 2, .padding = 1}), BasicInstanceNorm<float>(2)}},
                      Conv2D({.in = 2, .out = 1, .padding = 1, .activation = {Activation::tanh}})};
  }
  static Sequential discriminator() {
    return Sequential{Conv2D({.in = 1, .out = 2, .kernel = 4, .stride = 2, .padding = 1}), LeakyReLU{0.2},
                      Conv2D({.in = 2, .out = 1})};
  }
  Sequential to_a = translator(), to_b = translator(), D_a = discriminator(), D_b = discriminator();
  template <class V>
  void visit(V& v) {
    v("to_a", to_a);
    v("to_b", to_b);
    v("D_a", D_a);
    v("D_b", D_b);
  }
};

Game cycle_game(CycleNet& n) {
  const auto squares = [](const Var& scores, double target) { return mean(square(scores - target)); };
  const auto discriminator = [squares](Sequential& D, const Var& real, const Var& fake, Pass& p) {
    return 0.5 * (squares(D(real, p), 1) + squares(D(fake, p), 0));
  };
  const auto other = [](const Batch& b) { return permute(b.x, {0, 2, 1, 3}); };  // the second domain: turned images
  std::vector<Player> players;
  players.emplace_back(
      "G", params(n.to_a, n.to_b),
      [&n, squares, other](const Batch& batch, Round& round, Pass& p) {
        const Var a = batch.x, b = other(batch);
        const Var fake_b = round.put("fake_b", n.to_b(a, p)), fake_a = round.put("fake_a", n.to_a(b, p));
        return squares(n.D_b(fake_b, p), 1) + squares(n.D_a(fake_a, p), 1) +
               10.0 * (l1(n.to_a(fake_b, p), a) + l1(n.to_b(fake_a, p), b));
      },
      Adam{});
  players.emplace_back("D_a", params(n.D_a), [&n, discriminator](const Batch& batch, Round& round, Pass& p) {
    return discriminator(n.D_a, batch.x, round.detached("fake_a"), p);
  }, Adam{});
  players.emplace_back("D_b", params(n.D_b), [&n, discriminator, other](const Batch& batch, Round& round, Pass& p) {
    return discriminator(n.D_b, other(batch), round.detached("fake_b"), p);
  }, Adam{});
  Game game(std::move(players));
  game.include("to_a", n.to_a).include("to_b", n.to_b).include("D_a", n.D_a).include("D_b", n.D_b);
  return game;
}

TEST_F(CudaTurns, ThreePlayersAreRecorded) {
  expect_recorded(CycleNet{}, cycle_game, some_images(40, 8, 1));
}

/// A discriminator of convolutions whose input gradient is penalised: derivatives of derivatives.
struct PenaltyNet {
  Sequential G{Dense(3, 64), BatchNorm(64), Reshape{{8, 8, 1}}};
  Sequential D{Conv2D({.in = 1, .out = 3, .kernel = 4, .stride = 2, .padding = 1}), LeakyReLU{0.2},
               Conv2D({.in = 3, .out = 4, .padding = 1, .activation = LeakyReLU{0.2}}), Flatten{}, Dense(64, 1)};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

TEST_F(CudaTurns, ClassesAreRecorded) {
  const models::ConditionalDcganOptions options{.classes = 5, .latent = 3, .features = 1, .units = 5};
  const data::Dataset labelled = data::shapes({.count = 60, .channels = 1}).scale(0, 1);
  expect_recorded(models::ConditionalDcgan(options),
                  [](models::ConditionalDcgan& n) { return models::conditional_dcgan_game(n); }, labelled);
}

/// A discriminator that compares its features with a learnt vector of the class (Miyato & Koyama 2018).
struct ProjectionNet {
  Sequential G{Dense(3, 8), ReLU{}, Dense(8, 768), Reshape{{16, 16, 3}}};
  Sequential features{Flatten{}, Dense(768, 6), LeakyReLU{0.2}};
  Embedding of_class{{.classes = 5, .width = 6}};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("features", features);
    v("of_class", of_class);
  }
};

TEST_F(CudaTurns, EmbeddingsAreRecorded) {
  const auto make_game = [](ProjectionNet& n) {
    const auto score = [&n](const Var& x, const Var& labels, Pass& p) {
      return sum_to(n.features(x, p) * n.of_class(labels, p), Shape{x.shape(0), 1});
    };
    const auto fakes = [&n](const Batch& b, Pass& p) { return n.G(draw_latent<float>(b.size(), {3}, p.rng, gpu), p); };
    std::vector<Player> players;
    players.emplace_back("D", params(n.features, n.of_class), [=](const Batch& b, Round&, Pass& p) {
      return bce_with_logits(score(b.x, b.labels, p), 1) + bce_with_logits(score(detach(fakes(b, p)), b.labels, p), 0);
    }, Adam{});
    players.emplace_back("G", params(n.G), [=](const Batch& b, Round&, Pass& p) {
      return bce_with_logits(score(fakes(b, p), b.labels, p), 1);
    }, Adam{});
    Game game(std::move(players));
    game.include("G", n.G).include("features", n.features).include("of_class", n.of_class);
    return game;
  };
  expect_recorded(ProjectionNet{}, make_game, data::shapes({.count = 60, .size = 16}).scale(-1, 1));
}

TEST_F(CudaTurns, SecondDerivativesOfConvolutionsAreRecorded) {
  expect_recorded(
      PenaltyNet{},
      [](PenaltyNet& n) { return adversarial(n.G, n.D, Wasserstein{}, {.latent = 3}, GradientPenalty{10}); },
      some_images(40, 8, 1));
}

TEST_F(CudaTurns, AResumedRunGoesOnWithTheSameBits) {
  const std::string folder = test::temporary("cuda_turns");
  const data::Dataset images = some_images(40, 4, 1);
  // Plays up to `rounds` from the newest checkpoint, if there is one, and leaves another.
  const auto run = [&](i64 rounds, bool keep) {
    DenseNet net;
    init(net, 5);
    to(net, gpu);
    Game game = adversarial(net.G, net.D, NonSaturating{}, {.latent = 3});
    Trainer trainer{game, data::Loader(images, {.batch_size = 4}), {.rounds = rounds, .seed = 7}};
    Checkpoints checkpoints(folder);
    if (keep) checkpoints.resume(trainer);
    trainer.run();
    EXPECT_TRUE(trainer.graphs()->turns().at(0).recorded);
    if (keep) checkpoints.save(trainer);
    std::vector<std::vector<float>> state;
    each_param(game, [&](const std::string&, Param<float>& p) { state.push_back(p.to_vector()); });
    for (auto& player : game.players)
      player.optimizer.each_kept([&](const char*, Tensors<float>& kept) {
        for (auto& t : kept) state.push_back(t.to_vector());
      });
    return std::pair(state, trainer.metrics());
  };
  const auto straight = run(13, false);
  run(6, true);
  EXPECT_EQ(run(13, true), straight);
  std::filesystem::remove_all(folder);
}

// ---- turns that are not recorded ------------------------------------------------------------------------------------

/// One player whose loss does `what` besides.
template <class What>
auto lonely(What what) {
  return [what](DenseNet& n) {
    std::vector<Player> players;
    players.emplace_back("D", params(n.D), [&n, what](const Batch& batch, Round& round, Pass& pass) {
      const Var loss = mean(square(n.D(batch.x, pass)));
      return what(loss, batch, round, pass);
    }, Adam{});
    Game game(std::move(players));
    game.include("D", n.D);
    return game;
  };
}

template <class What>
void expect_played(What what, const std::string& why) {
  const data::Dataset images = some_images(40, 4, 1);
  const Course course = play(DenseNet{}, lonely(what), true, images);
  ASSERT_EQ(course.turns.size(), 1u);
  EXPECT_FALSE(course.turns[0].recorded);
  EXPECT_NE(course.turns[0].not_recorded.find(why), std::string::npos) << course.turns[0].not_recorded;
  ASSERT_EQ(course.notes.size(), 1u) << "told once";
  EXPECT_EQ(course.notes[0], "the turn of D is not recorded: " + course.turns[0].not_recorded);
  expect_equal(course, play(DenseNet{}, lonely(what), false, images));
}

TEST_F(CudaTurns, TurnsThatTheHostHasAShareInAreNot) {
  expect_played([](const Var& loss, const Batch&, Round&, Pass&) { return loss.item() > 1e9f ? -loss : loss; },
                "the host reads 4 bytes");
  expect_played(
      [](const Var& loss, const Batch&, Round&, Pass&) { return loss + Var::from({1.f, 2.f}, {2}).to(gpu).view({}, 1); },
      "the host sends 8 bytes");
  expect_played([](const Var& loss, const Batch&, Round& round, Pass&) { return loss * double(1 + round.number % 2); },
                "it looks at the round's number");
  expect_played(
      [](const Var& loss, const Batch&, Round&, Pass& pass) { return loss * double(1 + pass.rng.next().draw % 2); },
      "it uses random numbers on the host");
}

TEST_F(CudaTurns, TurnsThatDifferFromRoundToRoundAreNot) {
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
  const data::Dataset images = some_images(40, 4, 1);
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

TEST_F(CudaTurns, APlayerMayAskNotTo) {
  const auto make = [](DenseNet& n) {
    Game game = adversarial(n.G, n.D, NonSaturating{}, {.latent = 3});
    game["D"].recordable = false;
    return game;
  };
  const data::Dataset images = some_images(40, 4, 1);
  const Course course = play(DenseNet{}, make, true, images);
  ASSERT_EQ(course.turns.size(), 2u);
  EXPECT_EQ(course.turns[0].not_recorded, "its player asks for that");
  EXPECT_EQ(course.turns[1].not_recorded, "it shares 'fake' with the turn of D");
  expect_equal(course, play(DenseNet{}, make, false, images));
}

}  // namespace
}  // namespace gan
