// Both nets of a DCGAN out of a checkpoint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gan/core/fields.hpp"
#include "gan/data/shapes.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/checkpoint.hpp"
#include "support/files.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

template <class M>
std::vector<float> numbers(M& net) {
  std::vector<float> all;
  each_param(net, [&all](const std::string&, Param<float>& p) {
    const auto v = p.to_vector();
    all.insert(all.end(), v.begin(), v.end());
  });
  return all;
}

struct Trained {
  models::Dcgan net{{.latent = 8, .features = 4}};
  Ema<Sequential> average;
  std::string folder;

  /// Three rounds, and a checkpoint that says it holds `model` with `options`.
  Trained(const std::string& name, const std::string& model, const std::string& options, bool averaged)
      : average(net.G, 0.5), folder(test::temporary(name)) {
    init(net, 3);
    Game game = models::dcgan_game(net);
    if (averaged) game.include("ema", average);
    Trainer trainer{game, data::shapes({.count = 64, .channels = 1}).batches(16), {.rounds = 3, .seed = 1}};
    trainer.every(1, [this](Trainer&) { average.update(); });
    trainer.run();
    Checkpoints checkpoints(
        folder + "/checkpoints",
        {.metadata = {{"model", model}, {"options", options.empty() ? write_fields(net.options) : options}}});
    checkpoints.save(trainer);
  }
  ~Trained() { std::filesystem::remove_all(folder); }
};

std::string message(const std::string& path) {
  try {
    models::load_dcgan(path);
  } catch (const Error& e) { return e.what(); }
  return "nothing was thrown";
}

TEST(LoadDcgan, GivesBothNetsAndTheAverageWhereThereIsOne) {
  for (const bool averaged : {false, true}) {
    Trained t("load_dcgan", "dcgan", "", averaged);
    models::Dcgan net = models::load_dcgan(t.folder);
    EXPECT_EQ(net.options.features, 4);
    EXPECT_EQ(numbers(net.D), numbers(t.net.D));
    EXPECT_EQ(numbers(net.G), averaged ? numbers(t.average.network()) : numbers(t.net.G));
    EXPECT_NE(numbers(t.average.network()), numbers(t.net.G));
    models::Dcgan same = models::load_dcgan(t.folder + "/checkpoints/latest.safetensors");
    EXPECT_EQ(numbers(same), numbers(net));
  }
}

TEST(LoadDcgan, NamesTheFileAndTheFault) {
  EXPECT_THROW(models::load_dcgan("/nowhere"), IoError);
  const Trained other("load_dcgan_other", "vanilla", "", false);
  EXPECT_THAT(message(other.folder), HasSubstr("latest.safetensors: is no checkpoint of a dcgan"));
  const Trained wider("load_dcgan_wider", "dcgan", write_fields(models::DcganOptions{.latent = 8, .features = 8}),
                      false);
  EXPECT_THAT(message(wider.folder), HasSubstr("latest.safetensors"));
  const Trained huge("load_dcgan_huge", "dcgan", write_fields(models::DcganOptions{.latent = i64{1} << 40}), false);
  EXPECT_THAT(message(huge.folder),
              HasSubstr("latest.safetensors: latent is 1099511627776, but it must be 1 to 65536"));
  const Trained odd("load_dcgan_odd", "dcgan", write_fields(models::DcganOptions{.size = 30}), false);
  EXPECT_THAT(message(odd.folder), HasSubstr("the options of its model"));
}

}  // namespace
}  // namespace gan
