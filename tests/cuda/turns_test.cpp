// Games whose turns are recorded give the bits of games whose turns are played. Skipped where no CUDA device can be
// used.
#include <filesystem>

#include "support/files.hpp"
#include "support/turns.hpp"

namespace gan {
namespace {

using CudaTurns = Cuda;

TEST_F(CudaTurns, DenseNetsAreRecorded) {
  expect_recorded(
      DenseNet{}, [](DenseNet& n) { return adversarial(n.G, n.D, NonSaturating{}, {.input = {.latent = 3}}); },
      some_images(40, 4, 1));
}

TEST_F(CudaTurns, SchedulesAndSeveralTurnsAreRecorded) {
  expect_recorded(
      DenseNet{},
      [](DenseNet& n) {
        Game game = adversarial(n.G, n.D, Wasserstein{}, {.input = {.latent = 3}, .discriminator_steps = 2},
                                GradientPenalty{10});
        game["G"].optimizer = OptimizerSpec(Adam{}).learning_rate(schedule::linear_to_zero({.from = 2, .steps = 10}));
        game["D"].optimizer = OptimizerSpec(Sgd{.learning_rate = 0.01, .momentum = 0.5}).clip_gradient_norm(0.5);
        return game;
      },
      some_images(100, 4, 1));
}

TEST_F(CudaTurns, ConvolutionsAndBatchNormAreRecorded) {
  const models::DcganOptions options{.channels = 1, .size = 28, .latent = 4, .features = 2};
  expect_recorded(
      models::Dcgan(options), [](models::Dcgan& n) { return models::dcgan_game(n); }, some_images(40, 28, 1));
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
  const auto other = [](const Batch& b) { return permute(b["x"], {0, 2, 1, 3}); };  // the second domain: turned images
  std::vector<Player> players;
  players.emplace_back(
      "G", params(n.to_a, n.to_b),
      [&n, squares, other](const Batch& batch, Round& round, Pass& p) {
        const Var a = batch["x"], b = other(batch);
        const Var fake_b = round.put("fake_b", n.to_b(a, p)), fake_a = round.put("fake_a", n.to_a(b, p));
        return squares(n.D_b(fake_b, p), 1) + squares(n.D_a(fake_a, p), 1) +
               10.0 * (l1(n.to_a(fake_b, p), a) + l1(n.to_b(fake_a, p), b));
      },
      Adam{});
  players.emplace_back("D_a", params(n.D_a), [&n, discriminator](const Batch& batch, Round& round, Pass& p) {
    return discriminator(n.D_a, batch["x"], round.detached("fake_a"), p);
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
  const data::Images labelled = data::shapes({.count = 60, .channels = 1}).scale(0, 1);
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
    players.emplace_back(
        "D", params(n.features, n.of_class),
        [=](const Batch& b, Round&, Pass& p) {
          return bce_with_logits(score(b["x"], b["labels"], p), 1) +
                 bce_with_logits(score(detach(fakes(b, p)), b["labels"], p), 0);
        },
        Adam{});
    players.emplace_back("G", params(n.G), [=](const Batch& b, Round&, Pass& p) {
      return bce_with_logits(score(fakes(b, p), b["labels"], p), 1);
    }, Adam{});
    Game game(std::move(players));
    game.include("G", n.G).include("features", n.features).include("of_class", n.of_class);
    return game;
  };
  expect_recorded(ProjectionNet{}, make_game, data::shapes({.count = 60, .size = 16}).scale(-1, 1));
}

/// A spatial transformer in front of a classifier (Jaderberg et al. 2015).
struct TransformerNet {
  Sequential where{Flatten{}, Dense(48, 6)};
  Sequential scores{Flatten{}, Dense(48, 5)};
  template <class V>
  void visit(V& v) {
    v("where", where);
    v("scores", scores);
  }
};

TEST_F(CudaTurns, CrossEntropyOfLabelsAndSampledImagesAreRecorded) {
  const auto make_game = [](TransformerNet& n) {
    std::vector<Player> players;
    players.emplace_back("classifier", params(n.where, n.scores), [&n](const Batch& b, Round&, Pass& p) {
      const Var theta = reshape(n.where(b["x"], p), {-1, 2, 3});
      return cross_entropy(n.scores(grid_sample(b["x"], affine_grid(theta, 4)), p), b["labels"]);
    }, Adam{});
    Game game(std::move(players));
    game.include("where", n.where).include("scores", n.scores);
    return game;
  };
  expect_recorded(TransformerNet{}, make_game, data::shapes({.count = 60}).resize(4).scale(-1, 1));
}

TEST_F(CudaTurns, SecondDerivativesOfConvolutionsAreRecorded) {
  expect_recorded(
      PenaltyNet{},
      [](PenaltyNet& n) { return adversarial(n.G, n.D, Wasserstein{}, {.input = {.latent = 3}}, GradientPenalty{10}); },
      some_images(40, 8, 1));
}

TEST_F(CudaTurns, AResumedRunGoesOnWithTheSameBits) {
  const std::string folder = test::temporary("cuda_turns");
  const data::Images images = some_images(40, 4, 1);
  // Plays up to `rounds` from the newest checkpoint, if there is one, and leaves another.
  const auto run = [&](i64 rounds, bool keep) {
    DenseNet net;
    init(net, 5);
    to(net, gpu);
    Game game = adversarial(net.G, net.D, NonSaturating{}, {.input = {.latent = 3}});
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

}  // namespace
}  // namespace gan
