// The list of systems, and what every system of it has: options, a description, a game that trains, abilities, names.
#include "gan/models/system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/models/trained.hpp"
#include "gan/train/checkpoint.hpp"
#include "support/generators.hpp"
#include "support/toy_systems.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The names of all systems: the library's, and the toys.
std::vector<std::string> all_names() {
  [[maybe_unused]] static const bool toys_are_there = [] {
    test::add_toy_systems();
    return true;
  }();
  std::vector<std::string> names;
  for (const auto& entry : models::systems()) names.push_back(entry.name);
  return names;
}

/// Options that make a large system small.
const std::map<std::string, std::string> small{{"dcgan", "latent = 4\nfeatures = 2\n"},
                                               {"acgan", "latent = 4\nfeatures = 2\ndiscriminator_features = 2\n"},
                                               {"conditional_dcgan", "latent = 4\nfeatures = 1\nunits = 4\n"},
                                               {"convolutional_cgan", "latent = 4\nfeatures = 2\n"},
                                               {"projection_gan", "features = 4\ndiscriminator_features = 4\n"},
                                               {"began", "latent = 4\nfeatures = 2\n"},
                                               {"dragan", "latent = 4\nfeatures = 2\n"},
                                               {"lsgan", "latent = 4\nfeatures = 2\n"},
                                               {"wgan", "latent = 4\nfeatures = 2\nmany_critic_steps = 7\n"
                                                        "first_rounds = 2\nmany_every = 6\n"}};

/// Data that have every part, so that they suit any system of images.
data::Source data_for(const data::Needs& needs) {
  const data::Images images =
      data::shapes({.count = 24, .size = needs.x[0], .channels = needs.x[2]}).scale(needs.low, needs.high);
  struct Everything {
    data::Images images;
    Vocabulary vocabulary;
    i64 size() const { return images.size(); }
    std::string checksum() const { return images.checksum(); }
    data::Facts facts() const {
      return {{"classes", std::to_string(images.classes().size())}, {"vocabulary", vocabulary.text()}};
    }
    Parts batch(std::span<const i64> indices, const data::Draws&) const {
      Parts parts = images.batch(indices);
      const Var x = parts["x"];
      parts.set("y", -x).set("mask", Var::ones(x.shape().with(3, 1)));
      std::vector<float> text;
      for (const i64 i : indices)
        for (const i64 n : vocabulary.numbers(images.caption(i), 6)) text.push_back(static_cast<float>(n));
      return parts.set("text", Var::from(text, {x.shape(0), 6}));
    }
  };
  return Everything{images, Vocabulary("a small medium large circle square triangle cross star grey white dark light")};
}

std::unique_ptr<models::AnySystem> made(const std::string& name) {
  const auto options = models::find_system(name).options();
  if (const auto found = small.find(name); found != small.end()) options->read(found->second);
  options->take(data_for(options->make()->needs()).facts());
  auto system = options->make();
  init(*system, 3);
  return system;
}

std::vector<std::vector<float>> state_of(models::AnySystem& system) {
  std::vector<std::vector<float>> state;
  each_param(system, [&](const std::string&, Param<float>& p) { state.push_back(p.to_vector()); });
  each_count(system, [&](const std::string&, u64& n) { state.push_back({static_cast<float>(n)}); });
  each_number(system, [&](const std::string&, double& n) { state.push_back({static_cast<float>(n)}); });
  return state;
}

TEST(Systems, AreListedOnce) {
  std::set<std::string> names;
  for (const auto& entry : models::systems()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.purpose.empty());
  }
  EXPECT_EQ(names.count("dcgan"), 1u);
  EXPECT_EQ(test::message_of<ValueError>([] { models::find_system("dcgam"); }),
            "there is no system 'dcgam'; did you mean 'dcgan'?");
  EXPECT_EQ(test::message_of<ValueError>([] { add_system<test::ToyPlain>(); }),
            "[add_system] there is a system 'toy_plain' already");
}

TEST(Systems, TellWhatTheyAre) {
  for (const auto& entry : models::systems()) {
    const auto options = entry.options();
    const auto system = options->make();
    EXPECT_EQ(system->name(), entry.name);
    for (const Field& field : options->fields()) EXPECT_THAT(system->options(), HasSubstr(field.name + " = "));
    init(*system, 1);
    EXPECT_THAT(models::describe(*system), HasSubstr("trainable parameters"));
    EXPECT_FALSE(system->abilities().empty()) << entry.name;
    EXPECT_GT(system->needs().x.rank(), 0) << entry.name;
  }
}

TEST(Systems, OptionsThatTheDataKnowAreTaken) {
  const auto options = models::find_system("toy_labelled").options();
  options->take({{"classes", "5"}, {"vocabulary", "unused"}});
  EXPECT_THAT(options->make()->options(), HasSubstr("classes = 5"));
  options->read("classes = 7\n");
  options->take({{"classes", "5"}});
  EXPECT_THAT(options->make()->options(), HasSubstr("classes = 7")) << "what is set stays";
}

class EverySystem : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Systems, EverySystem, testing::ValuesIn(all_names()),
                         [](const auto& system) { return system.param; });

TEST_P(EverySystem, ResumesExactly) {
  const test::Folder folder;
  const auto train = [&](i64 rounds, bool resume) {
    auto system = made(GetParam());
    Game game = system->game();
    Trainer trainer{game, data::Loader(data_for(system->needs()), {.batch_size = 4}), {.rounds = rounds, .seed = 2}};
    Checkpoints checkpoints(folder.path + (resume || rounds == 4 ? "/parts" : "/whole"));
    if (resume) { EXPECT_TRUE(checkpoints.resume(trainer)); }
    trainer.run();
    checkpoints.save(trainer);
    return state_of(*system);
  };
  const auto whole = train(9, false);
  train(4, false);
  EXPECT_EQ(train(9, true), whole);
}

TEST_P(EverySystem, IsLoadedFromItsFile) {
  const test::Folder folder;
  auto system = made(GetParam());
  models::save(*system, folder.path + "/generator.safetensors");
  const models::Trained trained = load(folder.path);
  EXPECT_EQ(trained.model(), GetParam());
  const Ability own = system->abilities().front();
  ASSERT_TRUE(trained.can(own.name));
  const std::vector<i64> some{1, 2, 3};
  Rng rng{5, name_stream("sample"), 0};
  const Parts batch = data_for(system->needs()).batch(some), input = input_for<float>(own.input, batch, rng);
  Pass pass = io::sampling_pass(own.input, 5);
  const NoGrad constant;
  EXPECT_EQ(trained.apply(own.name, input, 5)["x"].to_vector(), own.run(input, pass)["x"].to_vector());
  EXPECT_THAT(test::message_of<ValueError>([&] { trained.apply("fly", input); }),
              HasSubstr("a " + GetParam() + " cannot fly; it can: " + own.name));
  const auto untrained = trained.untrained(3);
  EXPECT_EQ(untrained.apply(own.name, input, 5)["x"].to_vector(), trained.apply(own.name, input, 5)["x"].to_vector())
      << "init with the same seed";
}

TEST(TrainedSystems, MissingPartsAreNamed) {
  const test::Folder folder;
  models::save(*made("toy_completer"), folder.path + "/g.safetensors");
  const models::Trained trained = load(folder.path + "/g.safetensors");
  EXPECT_EQ(test::message_of<ValueError>([&] { trained.apply("complete", {{"x", Var::zeros({1, 16, 16, 1})}}); }),
            "[Trained] complete needs the part 'mask'; given were: x");
  EXPECT_THAT(test::message_of<FormatError>([&] { load_generator(folder.path + "/g.safetensors"); }),
              HasSubstr("holds a toy_completer, which cannot sample; it can: complete"));
}

TEST(TrainedSystems, TheInputOfTheFileCounts) {
  const test::Folder folder;
  auto system = made("toy_plain");
  io::Metadata metadata = models::metadata_of(*system);
  InputSpec other = system->abilities().front().input;
  other.low = 0;
  metadata["libgan.input.sample"] = write_fields(other);
  Sequential& G = *[&] { static test::ToyPlain toy({}); return &toy.G; }();
  init(G, 1);
  io::save_weights(G, folder.path + "/g.safetensors", metadata);
  EXPECT_EQ(load(folder.path + "/g.safetensors").input().low, 0);
}

// What borrows refuses temporaries.
template <class A, class B>
constexpr bool play_each_other = requires(A && a, B&& b) { adversarial(std::forward<A>(a), std::forward<B>(b), NonSaturating{}); };
static_assert(play_each_other<Sequential&, Sequential&>);
static_assert(!play_each_other<Sequential, Sequential&> && !play_each_other<Sequential&, Sequential>);
template <class M>
constexpr bool can_be_averaged = requires(Trainer & t, M&& m) { t.average(std::forward<M>(m)); };
static_assert(can_be_averaged<Sequential&> && !can_be_averaged<Sequential>);
template <class M>
constexpr bool can_be_included = requires(Game & g, M&& m) { g.include("part", std::forward<M>(m)); };
static_assert(can_be_included<Sequential&> && !can_be_included<Sequential>);
template <class C>
constexpr bool has_a_hook = requires(C && c) { std::forward<C>(c).hook(); };
static_assert(has_a_hook<Checkpoints&> && !has_a_hook<Checkpoints>);
static_assert(!std::is_constructible_v<Trainer, Game, data::Loader, TrainerOptions>);
static_assert(!std::is_constructible_v<Ema<Sequential>, Sequential, double>);

TEST(Game, OwnsAMovedSystem) {
  test::ToyPlain toy({});
  init(toy, 1);
  Game game(std::move(toy));
  Trainer trainer{
      game, data::Loader(data_for(game.system<test::ToyPlain>().needs()), {.batch_size = 4}), {.rounds = 2}};
  trainer.run();
  EXPECT_EQ(game.first_not_finite(), "");
  EXPECT_THROW(game.system<test::ToyReader>(), ValueError);
}

}  // namespace
}  // namespace gan
