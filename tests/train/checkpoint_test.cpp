// Stopped and resumed equals never stopped: bytes of checkpoints, for every optimizer, with and without a moving
// average, in the middle of an epoch; what does not fit is refused by name and changes nothing.
#include "gan/train/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/files.hpp"
#include "gan/data/shapes.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/optim/ema.hpp"
#include "gan/optim/rmsprop.hpp"

namespace gan {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string fresh_folder(const std::string& name) {
  const std::string path = testing::TempDir() + "/checkpoints_" + name;
  fs::remove_all(path);
  return path;
}

struct Choice {
  std::string model = "dcgan";
  OptimizerSpec spec = Adam{};
  double ema = -1;  ///< negative: none
  i64 batch_size = 16, images = 100;
  u64 seed = 3, data_seed = 1;
};

/// A training of a small net from the same start every time.
struct Training {
  models::Dcgan dcgan{models::DcganOptions{.latent = 4, .features = 2}};
  models::Vanilla vanilla;
  std::unique_ptr<Ema<Sequential>> average;
  std::unique_ptr<Game> game;
  std::unique_ptr<Trainer> trainer;

  Training(const Choice& s, i64 rounds)
      : vanilla({.generator = s.batch_size == 1 ? models::VanillaKind::convolutional : models::VanillaKind::dense,
                 .discriminator = models::VanillaKind::convolutional}) {  // with dropout
    const bool is_dcgan = s.model == "dcgan";
    Sequential& G = is_dcgan ? dcgan.G : vanilla.G;
    Sequential& D = is_dcgan ? dcgan.D : vanilla.D;
    init(G, 1);
    init(D, 2);
    game = std::make_unique<Game>(adversarial(
        G, D, NonSaturating{}, {.input = {.latent = is_dcgan ? 4 : 32}, .generator = s.spec, .discriminator = s.spec}));
    const data::Images images = data::shapes({.count = s.images, .channels = 1, .seed = s.data_seed});
    trainer = std::make_unique<Trainer>(*game, images.batches(s.batch_size),
                                        TrainerOptions{.rounds = rounds, .seed = s.seed});
    if (s.ema >= 0) {
      average = std::make_unique<Ema<Sequential>>(G, s.ema);
      game->include("ema", *average);
      trainer->every(1, [this](Trainer&) { average->update(); });
    }
  }
};

test::Bytes bytes_after(const Choice& s, const std::string& name, const std::vector<i64>& stops) {
  const std::string folder = fresh_folder(name);
  for (const i64 rounds : stops) {
    Training t(s, rounds);
    Checkpoints checkpoints(folder);
    checkpoints.resume(*t.trainer);
    t.trainer->run();
    checkpoints.save(*t.trainer);
  }
  return test::read_file(folder + "/latest.safetensors");
}

TEST(Resume, EqualsNeverStopping) {
  const std::pair<const char*, OptimizerSpec> specs[] = {
      {"adam", Adam{}},
      {"rmsprop", RmsProp{.learning_rate = 1e-3, .momentum = 0.5, .centered = true}},
      {"sgd", OptimizerSpec(Sgd{.learning_rate = 0.05})
                  .momentum(schedule::ramp({.from = 0.5, .to = 0.7, .steps = 30}))
                  .learning_rate(schedule::exponential({.factor = 0.99}))
                  .clip_gradient_norm(5)}};
  for (const std::string model : {"dcgan", "vanilla"})
    for (const auto& [name, spec] : specs)
      for (const double ema : {-1.0, 0.9}) {
        SCOPED_TRACE(model + " " + name + (ema < 0 ? "" : " ema"));
        const Choice s{.model = model, .spec = spec, .ema = ema};
        const test::Bytes whole = bytes_after(s, "whole", {40});
        EXPECT_TRUE(bytes_after(s, "parts", {20, 40}) == whole);
        EXPECT_TRUE(bytes_after(s, "pieces", {1, 7, 23, 39, 40}) == whole) << "in the middle of epochs";
      }
}

TEST(Resume, WithBatchesOfOneAndARestThatIsDropped) {
  const Choice one{.model = "vanilla", .batch_size = 1, .images = 7};
  EXPECT_TRUE(bytes_after(one, "parts", {5, 10}) == bytes_after(one, "whole", {10}));
  const Choice uneven{.batch_size = 16, .images = 37};
  EXPECT_TRUE(bytes_after(uneven, "parts", {3, 10}) == bytes_after(uneven, "whole", {10}));
}

TEST(Checkpoints, KeepTheNewestAndTheBest) {
  const std::string folder = fresh_folder("kept");
  Training t({}, 100);
  Checkpoints checkpoints(folder, {.keep = 2});
  const double metrics[] = {5, 3, 4, 6, 7};
  for (const double metric : metrics) {
    t.trainer->step();
    EXPECT_EQ(checkpoints.save_if_best(*t.trainer, metric), metric == 5 || metric == 3);
    checkpoints.save(*t.trainer);
  }
  EXPECT_THAT(checkpoints.folder().rounds(), ElementsAre(2, 4, 5));
  EXPECT_EQ(fs::read_symlink(folder + "/best.safetensors"), "round_00000002.safetensors");
  EXPECT_EQ(fs::read_symlink(folder + "/latest.safetensors"), "round_00000005.safetensors");
  Training again({}, 100);
  Checkpoints other(folder, {.keep = 2});
  EXPECT_TRUE(other.resume(*again.trainer));
  EXPECT_EQ(again.trainer->round(), 5);
  EXPECT_FALSE(other.save_if_best(*again.trainer, 3.5)) << "the best metric is remembered";
  EXPECT_TRUE(other.save_if_best(*again.trainer, 2.5));
}

TEST(Checkpoints, DamagedOnesArePassedOver) {
  const std::string folder = fresh_folder("damaged");
  Training t({}, 100);
  Checkpoints checkpoints(folder, {.keep = 9});
  for (int i = 0; i < 4; ++i) {
    t.trainer->step();
    checkpoints.save(*t.trainer);
  }
  test::Bytes flipped = test::read_file(checkpoints.folder().file_of(4));
  flipped[flipped.size() - 100] ^= 1;  // one bit of the data
  test::write_file(checkpoints.folder().file_of(4), flipped);
  test::Bytes cut = test::read_file(checkpoints.folder().file_of(3));
  cut.resize(cut.size() / 2);
  test::write_file(checkpoints.folder().file_of(3), cut);
  test::write_file(folder + "/round_00000005.safetensors.tmp.1.2", test::bytes_of("left by a killed process"));

  Training again({}, 100);
  Checkpoints other(folder);
  std::vector<std::string> damaged;
  EXPECT_TRUE(other.resume(*again.trainer, &damaged));
  EXPECT_EQ(again.trainer->round(), 2);
  ASSERT_EQ(damaged.size(), 2u);
  EXPECT_THAT(damaged[0], HasSubstr("checksum"));
  EXPECT_THAT(damaged[1], HasSubstr("round_00000003"));
  EXPECT_FALSE(fs::exists(folder + "/round_00000005.safetensors.tmp.1.2"));

  for (const i64 round : {1, 2}) test::write_file(other.folder().file_of(round), {});
  EXPECT_THROW(other.resume(*again.trainer), FormatError);
  EXPECT_FALSE(Checkpoints(fresh_folder("empty")).resume(*again.trainer));
}

std::string refusal(Training& t, const std::string& path) {
  try {
    load_state(io::read_safetensors(path), *t.trainer);
  } catch (const Error& e) { return e.what(); }
  return "loaded";
}

TEST(Checkpoints, OfAnotherTrainingAreRefusedByNameAndChangeNothing) {
  const std::string folder = fresh_folder("other");
  Training t({}, 10);
  t.trainer->run();
  Checkpoints(folder).save(*t.trainer);
  const std::string path = folder + "/latest.safetensors";

  Training data({.data_seed = 2}, 10), seed({.seed = 4}, 10), batch({.batch_size = 8}, 10), images({.images = 50}, 10);
  Training spec({.spec = Sgd{}}, 10), average({.ema = 0.9}, 10), model({.model = "vanilla"}, 10);
  const auto before = params(spec.dcgan.G).tensors[0].to_vector();
  EXPECT_THAT(refusal(seed, path), HasSubstr("made with seed 3, not 4"));
  EXPECT_THAT(refusal(batch, path), HasSubstr("made with batch size 16, not 8"));
  EXPECT_THAT(refusal(images, path), HasSubstr("made with examples 100, not 50"));
  EXPECT_THAT(refusal(data, path), HasSubstr("made with data of checksum"));
  EXPECT_THAT(refusal(spec, path), HasSubstr("made with D's optimizer Adam, not Sgd"));
  EXPECT_THAT(refusal(average, path), HasSubstr("'ema."));
  EXPECT_THAT(refusal(model, path), HasSubstr("'G.0.weight' has shape"));
  EXPECT_EQ(params(spec.dcgan.G).tensors[0].to_vector(), before);
  EXPECT_EQ(spec.trainer->round(), 0);

  io::save_weights(t.dcgan, path);
  EXPECT_THAT(refusal(t, path), HasSubstr("is no checkpoint"));
}

TEST(Checkpoints, KnowTheirDataByEveryNumber) {
  const auto checksum = [](std::vector<u8> pixels, std::vector<i64> labels, float low) {
    data::Annotations annotations;
    if (!labels.empty()) annotations = {.labels = std::move(labels), .classes = {"zero", "one"}, .captions = {}};
    return data::Images(std::move(pixels), {2, 3, 2, 1}, annotations).scale(low, 1).checksum();
  };
  const std::vector<u8> pixels{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_EQ(checksum(pixels, {0, 1}, 0), checksum(pixels, {0, 1}, 0));
  EXPECT_NE(checksum(pixels, {0, 1}, 0), checksum(pixels, {1, 0}, 0));
  EXPECT_NE(checksum(pixels, {0, 1}, 0), checksum(pixels, {0, 1}, -1));
  for (const bool labelled : {false, true})
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const std::vector<i64> labels = labelled ? std::vector<i64>{0, 1} : std::vector<i64>{};
      std::vector<u8> other = pixels;
      other[i] ^= 1;
      EXPECT_NE(checksum(other, labels, 0), checksum(pixels, labels, 0)) << "pixel " << i;
    }
}

TEST(Checkpoints, RefuseAGameThatDoesNotIncludeItsNetworks) {
  Sequential net{Dense(1, 1)};
  init(net, 1);
  std::vector<Player> players;
  players.emplace_back(
      "G", params(net),
      [&net](const Batch&, Round&, Pass& p) {
        return sum(net(Var::ones({1, 1}), p));
      },
      Sgd{});
  Game game(std::move(players));
  Trainer trainer{game, data::shapes({.count = 10}).batches(2), {.rounds = 1}};
  Checkpoints checkpoints(fresh_folder("incomplete"));
  try {
    checkpoints.save(trainer);
    FAIL();
  } catch (const ValueError& e) { EXPECT_THAT(e.what(), HasSubstr("call game.include(\"G\", network)")); }
  game.include("G", net);
  checkpoints.save(trainer);
}

/// A layer that counts its calls, in training.
struct CountingLayer {
  u64* calls = nullptr;  ///< layers are called as constants
  Var operator()(const Var& x, Pass& p) const {
    if (p.update_stats) ++*calls;
    return x;
  }
  void visit(Visitor& v) { v("calls", *calls); }
};

/// A part whose counts lie in parts of parts.
struct Nested {
  struct Pool {
    u64 filled = 0;
    void visit(Visitor& v) { v("filled", filled); }
  } pool;
  u64 own = 0, calls = 0;
  Sequential body{Dense(1, 1), CountingLayer{&calls}};
  void visit(Visitor& v) {
    v("own", own);
    v("pool", pool);
    v("body", body);
  }
};

TEST(Resume, BringsBackCountsOfPartsOfParts) {
  const std::string folder = fresh_folder("counts");
  Nested part, again;
  const auto play = [](Nested& net, const std::function<void(Trainer&)>& then) {
    init(net, 1);
    std::vector<Player> players;
    players.emplace_back(
        "G", params(net),
        [&net](const Batch&, Round&, Pass& p) {
          return sum(net.body(Var::ones({1, 1}), p));
        },
        Sgd{});
    Game game(std::move(players));
    game.include("G", net);
    Ema average(net.body, 0.5);
    game.include("ema", average);
    Trainer trainer{game, data::shapes({.count = 10}).batches(2), {.rounds = 5}};
    then(trainer);
    return average.steps();
  };
  play(part, [&](Trainer& t) {
    t.run();
    part.own = 6;
    part.pool.filled = 7;
    Checkpoints(folder).save(t);
  });
  play(again, [&](Trainer& t) { EXPECT_TRUE(Checkpoints(folder).resume(t)); });
  EXPECT_EQ(again.calls, 5u);
  EXPECT_EQ(again.own, 6u);
  EXPECT_EQ(again.pool.filled, 7u);
}

TEST(Checkpoints, AreNotWrittenOfBadNumbers) {
  const std::string folder = fresh_folder("finite");
  Training t({}, 10);
  t.trainer->step();
  Checkpoints checkpoints(folder);
  checkpoints.save(*t.trainer);
  params(t.dcgan.D).tensors[0].mutable_data()[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(checkpoints.save(*t.trainer), NotFiniteError);
  EXPECT_THAT(checkpoints.folder().rounds(), ElementsAre(1));
}

}  // namespace
}  // namespace gan
