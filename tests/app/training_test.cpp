// What app::train leaves behind.
#include "gan/app/training.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "gan/data/locate.hpp"
#include "gan/data/shapes.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/improved_gan.hpp"

namespace gan::app {
namespace {

std::vector<std::string> names_in(Game& game) {
  std::vector<std::string> names;
  each_param(game, [&names](const std::string& name, Param<float>&) { names.push_back(name); });
  return names;
}

TEST(Train, LeavesNothingOfItsOwnInTheGame) {
  const std::string out = testing::TempDir() + "/app_training";
  std::filesystem::remove_all(out);
  models::Dcgan net({.latent = 4, .features = 2});
  init(net, 1);
  Game game = models::dcgan_game(net);
  const auto before = names_in(game);
  TrainingFlags flags{.out = out, .rounds = 2, .batch_size = 4};
  Options options("test", "trains");
  flags.add_to(options);
  const SignalGuard signals;
  const data::Images images = data::shapes({.count = 8, .channels = 1});
  EXPECT_EQ(train(options, flags, signals, net, game, images), 0);
  EXPECT_EQ(names_in(game), before) << "the average is gone, and so is its part of the game";
  EXPECT_TRUE(std::filesystem::exists(out + "/generator.safetensors"));
  EXPECT_EQ(game.first_not_finite(), "");
}

TEST(Measure, SystemsThatNeedABatchCanBeMeasured) {
  models::ConditionalDcgan net({.classes = 5, .latent = 4, .features = 1, .units = 4});  // normalises its own batch
  init(net, 1);
  const TrainingFlags flags{.data = "shapes", .train_images = 100};
  const MeasureFlags measures{.measure = "parzen", .every = 1};
  EXPECT_EQ(measures.measurement(flags, net, flags.open(net.needs())).name, "parzen_nll");
  const TrainingFlags all{.data = "shapes"};
  EXPECT_THROW(measures.measurement(all, net, flags.open(net.needs())), UsageError) << "no images are left to validate";
}

TEST(Measure, CountsTheTestImagesInAWrongClass) {
  models::ImprovedGan net;
  init(net, 1);
  const TrainingFlags flags{.data = "shapes"};
  const MeasureFlags measures{.measure = "test-errors", .every = 1};
  const Measurement errors = measures.measurement(flags, net, flags.open(net.needs()));
  EXPECT_EQ(errors.name, "test_errors");
  const data::Images test = data::load("shapes", {.split = data::Split::test, .size = 28, .channels = 1}).scale(0, 1);
  // A bias of 1000 decides for a class: wrong are all images of others.
  for (const i64 one : {0, 3}) {
    std::vector<float> bias(10);
    bias[static_cast<std::size_t>(one)] = 1000;
    each_param(net.D, [&](const std::string& name, Param<float>& p) {
      if (name == "12.bias") p.set(Var::from(bias, {10}));
    });
    i64 others = 0;
    for (i64 i = 0; i < test.size(); ++i) others += test.label(i) != one;
    EXPECT_EQ(errors.metric({}), static_cast<double>(others));
  }
  models::Dcgan other({.latent = 4, .features = 2});
  init(other, 1);
  EXPECT_THROW(measures.measurement(flags, other, flags.open(other.needs())), UsageError);
}

}  // namespace
}  // namespace gan::app
