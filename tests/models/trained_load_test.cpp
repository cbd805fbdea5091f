// load_generator: the same images as the network that was saved, from weights and from checkpoints; files that say too
// little or something wrong are refused by name.
#include "gan/models/trained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/generators.hpp"
#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/goodfellow.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/spectral_norm.hpp"
#include "gan/nn/weight_norm.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/checkpoint.hpp"

namespace gan {
namespace {

using models::DcganVariant;
using models::Trained;
using test::Folder, test::save, test::small_dcgan, test::small_options;
using testing::AllOf;
using testing::HasSubstr;

template <class M>
void expect_same_images(M& net, i64 n) {
  Folder folder;
  const std::string path = folder.path + "/generator.safetensors";
  save(net, path);
  const Trained g = load_generator(path);
  EXPECT_EQ(g.model(), M::name);
  EXPECT_EQ(g.options(), write_fields(net.options));
  EXPECT_EQ(g.input().latent.size, net.input().latent.size);
  EXPECT_EQ(g.input().latent.prior, net.input().latent.prior);
  EXPECT_EQ(g.input().batch_statistics, net.input().batch_statistics);
  EXPECT_EQ(g.input().low, net.input().low);
  for (const u64 seed : {1u, 9u}) {
    const Var wanted = io::sample(net.G, n, net.input(), seed), got = g.sample(n, seed);
    EXPECT_EQ(got.shape(), g.image_shape().prepend(n));
    EXPECT_EQ(got.shape(), wanted.shape());
    EXPECT_EQ(got.to_vector(), wanted.to_vector());
    EXPECT_FALSE(got.tracked());
  }
  EXPECT_NE(g.sample(n, 1).to_vector(), g.sample(n, 9).to_vector());
}

TEST(LoadGenerator, MakesTheImagesOfTheNetThatWasSaved) {
  models::Dcgan dcgan = small_dcgan();
  expect_same_images(dcgan, 7);
  models::Dcgan authors = small_dcgan({.size = 64, .variant = DcganVariant::paper_code, .latent = 3, .features = 2});
  expect_same_images(authors, 4);
  for (const auto kind : {models::VanillaKind::dense, models::VanillaKind::convolutional}) {
    models::Vanilla vanilla({.generator = kind});
    init(vanilla, 1);
    expect_same_images(vanilla, 3);
  }
  models::Goodfellow goodfellow;
  init(goodfellow, 1);
  expect_same_images(goodfellow, 3);
}

TEST(LoadGenerator, ClassesAreDrawnAsAsked) {
  Folder folder;
  models::ConditionalDcgan net({.classes = 3, .latent = 4, .features = 2, .units = 8});
  init(net, 1);
  expect_same_images(net, 6);
  save(net, folder.path + "/g");
  const Trained g = load_generator(folder.path + "/g");
  EXPECT_EQ(g.input().classes, 3);
  const std::vector<i64> labels{2, 2, 0, 1};
  EXPECT_EQ(g.sample(4, 7, labels).to_vector(), io::sample(net.G, 4, net.input(), 7, labels).to_vector());
  EXPECT_EQ(g.sample(4, 7, {0, 1, 2, 0}).to_vector(), g.sample(4, 7).to_vector());
  EXPECT_NE(g.sample(4, 7, labels).to_vector(), g.sample(4, 7).to_vector());
  EXPECT_THROW(g.sample(4, 7, {0, 1, 2}), ValueError);
  EXPECT_THROW(g.sample(4, 7, {0, 1, 2, 3}), ValueError);
}

TEST(LoadGenerator, KnowsWhatTheDiscriminatorSaw) {
  Folder folder;
  Rng rng{1, 2, 3};
  const Var x = rand<float>({2, 32, 32, 3}, rng, -2, 2);
  models::Goodfellow net({.net = models::GoodfellowNet::cifar_convolutional});
  init(net, 1);
  save(net, folder.path + "/cifar");
  const Trained cifar = load_generator(folder.path + "/cifar");
  EXPECT_TRUE(cifar.preprocesses());
  EXPECT_EQ(cifar.preprocess(x).to_vector(), net.preprocess(x).to_vector());
  EXPECT_NE(cifar.preprocess(x).to_vector(), x.to_vector());
  models::Dcgan dcgan = small_dcgan();
  save(dcgan, folder.path + "/dcgan");
  const Trained plain = load_generator(folder.path + "/dcgan");
  EXPECT_FALSE(plain.preprocesses());
  EXPECT_EQ(plain.preprocess(x).data(), x.data());
}

TEST(LoadGenerator, MissingOptionsAreTheDefaults) {
  Folder folder;
  models::Dcgan net({.features = 2});
  init(net, 1);
  io::save_weights(net.G, folder.path + "/g", {{"model", "dcgan"}, {"options", "features = 2\n"}});
  const Trained g = load_generator(folder.path + "/g");
  EXPECT_EQ(g.options(), write_fields(net.options));
  EXPECT_EQ(g.image_shape(), (Shape{28, 28, 1}));
}

/// A checkpoint, with or without a moving average, of one round; returns the net that was trained and its average.
std::pair<models::Dcgan, Sequential> train(const std::string& folder, bool with_average) {
  std::pair<models::Dcgan, Sequential> made{small_dcgan(), {}};
  models::Dcgan& net = made.first;
  Game game = models::dcgan_game(net);
  Ema average(net.G, 0.9);
  if (with_average) game.include("ema", average);
  const data::Images images = data::shapes({.count = 16, .channels = 3}).resize(32);
  Trainer trainer{game, images.batches(8), {.rounds = 2, .seed = 1}};
  trainer.every(1, [&average](Trainer&) { average.update(); });
  trainer.run();
  Checkpoints(folder, {.metadata = {{"model", net.name}, {"options", write_fields(net.options)}}}).save(trainer);
  made.second = average.network();
  return made;
}

TEST(LoadGenerator, OfACheckpointPrefersTheAverage) {
  Folder folder;
  for (const bool with_average : {true, false}) {
    const std::string run = folder.path + (with_average ? "/average" : "/plain");
    auto [net, average] = train(run + "/checkpoints", with_average);
    const auto of_net = io::sample(net.G, 4, net.input(), 2).to_vector();
    const auto of_average = io::sample(average, 4, net.input(), 2).to_vector();
    ASSERT_NE(of_net, of_average);
    for (const std::string& path : {run, run + "/checkpoints/latest.safetensors"})
      EXPECT_EQ(load_generator(path).sample(4, 2).to_vector(), with_average ? of_average : of_net) << path;
  }
}

TEST(LoadGenerator, OfARunPrefersTheFinishedGenerator) {
  Folder folder;
  train(folder.path + "/checkpoints", true);
  models::Vanilla finished;
  init(finished, 1);
  save(finished, folder.path + "/generator.safetensors");
  EXPECT_EQ(load_generator(folder.path).model(), "vanilla");
}

/// A system whose generator computes its weights.
struct Normalized {
  static constexpr const char *name = "test_normalized", *purpose = "test: z to images";
  struct Options {
    i64 latent = 3;
    template <class F>
    void visit(F&& f) { f("latent", latent, "numbers in z", IntRange{1, 64}); }
  };
  Options options;
  Sequential G, D;

  explicit Normalized(const Options& o)
      : options(o),
        G{SpectralNorm(Dense(o.latent, 16)), Reshape{{4, 4, 1}}, WeightNorm(Conv2D({.in = 1, .out = 1, .padding = 1}))},
        D{Flatten{}, SpectralNorm(Dense(16, 1))} {}
  void visit(Visitor& v) { v("G", G), v("D", D); }
  data::Needs needs() const { return {.x = {4, 4, 1}}; }
  InputSpec input() const { return {.latent = options.latent}; }
  Game game() { return adversarial(G, D, NonSaturating{}, {.input = input()}); }
  Abilities abilities() { return {ability("sample", input(), G)}; }
};

TEST(LoadGenerator, ReadsWeightsThatWereComputed) {
  add_system<Normalized>();
  Folder folder;
  Normalized net({});
  init(net, 1);
  Pass training = Pass::training();
  net.G(Var::ones({2, 3}), training);
  const auto wanted = io::sample(net.G, 5, net.input()).to_vector();
  const auto same = [&wanted](const std::vector<float>& got) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6);
  };
  models::detail::SystemOf<Normalized> system(net);
  models::save(system, folder.path + "/g");
  const auto file = io::read_safetensors(folder.path + "/g");
  EXPECT_TRUE(file.contains("0.weight") && file.contains("2.weight")) << "a plain network's";
  EXPECT_FALSE(file.contains("0.weight_orig") || file.contains("0.weight_u") || file.contains("2.weight_g"));
  same(load_generator(folder.path + "/g").sample(5).to_vector());
  save(net, folder.path + "/parameters");
  EXPECT_EQ(load_generator(folder.path + "/parameters").sample(5).to_vector(), wanted);
}

std::string refusal(const std::string& path, const io::Metadata& metadata) {
  models::Dcgan net = small_dcgan();
  io::save_weights(net.G, path, metadata);
  return test::message_of<FormatError>([&] { load_generator(path); });
}

TEST(LoadGenerator, RefusesFilesByName) {
  Folder folder;
  const std::string path = folder.path + "/g", right = write_fields(small_options());
  EXPECT_EQ(refusal(path, {}), path +
                                   ": holds weights of an unknown architecture (no \"model\" in its metadata); "
                                   "load it with io::load_weights into a network of your own");
  EXPECT_EQ(refusal(path, {{"model", "dcgna"}, {"options", right}}),
            path + ": there is no system 'dcgna'; did you mean 'dcgan'?");
  EXPECT_EQ(refusal(path, {{"model", "dcgan"}}), path + ": does not say the options of its model");
  const auto with = [&](const std::string& options) {
    return refusal(path, {{"model", "dcgan"}, {"options", options}});
  };
  EXPECT_EQ(with("featurs = 2\n"), path + ": there is no option 'featurs'; did you mean 'features'?");
  EXPECT_THAT(with("variant = paper_cod\n"),
              AllOf(testing::StartsWith(path + ": variant: "), HasSubstr("'paper_code'")));
  EXPECT_THAT(with("size = 30\n"), AllOf(testing::StartsWith(path + ": "), HasSubstr("images of size 30")));
  EXPECT_EQ(with("latent = 4000000000000000000\n"),
            path + ": latent is 4000000000000000000, but it must be 1 to 65536; the nearest is 65536");
  EXPECT_EQ(with("features = 20000000\n"),
            path + ": features is 20000000, but it must be 0 to 4096; the nearest is 4096");
  EXPECT_EQ(with("features = -1\n"), path + ": features is -1, but it must be 0 to 4096; the nearest is 0");
  // Options of another net than the weights'.
  EXPECT_THAT(with("size = 32\nchannels = 3\nlatent = 5\nfeatures = 4\n"),
              AllOf(testing::StartsWith(path + ": '1.weight' has shape"), HasSubstr("the network's has")));
  // A net that has less than the file holds.
  models::Vanilla vanilla({.generator = models::VanillaKind::convolutional});
  init(vanilla, 1);
  io::SafeTensorsWriter writer;
  io::add_weights(writer, vanilla.G);
  writer.add("99.weight", Var::full(Shape{2}, 1.f));
  writer.metadata("model", "vanilla").metadata("options", write_fields(vanilla.options));
  writer.write(path);
  EXPECT_THAT(test::message_of<FormatError>([&] { load_generator(path); }),
              testing::StartsWith(path + ": holds '99.weight', which the network has not"));
}

TEST(LoadGenerator, NamesWhatIsMissing) {
  Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/g");
  EXPECT_THROW(load_generator(folder.path + "/g", Device::cuda(63)), DeviceError);
  EXPECT_THAT(test::message_of<IoError>([&] { load_generator(folder.path + "/absent"); }),
              HasSubstr(folder.path + "/absent"));
  EXPECT_EQ(
      test::message_of<IoError>([&] { load_generator(folder.path); }),
      "[load] " + folder.path + ": holds neither generator.safetensors nor checkpoints/latest.safetensors");
}

}  // namespace
}  // namespace gan
