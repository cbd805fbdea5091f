// Generators out of files: the same images as the network that was saved, from weights and from checkpoints, in pieces,
// from several threads at once; files that say too little or something wrong are refused by name.
#include "gan/models/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "support/files.hpp"
#include "gan/core/fields.hpp"
#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/goodfellow.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/optim/ema.hpp"
#include "gan/train/checkpoint.hpp"

namespace gan {
namespace {

namespace fs = std::filesystem;
using models::DcganVariant;
using models::Generator;
using testing::AllOf;
using testing::HasSubstr;

/// A folder that is gone when the test is over.
struct Folder {
  std::string path;
  Folder() {
    static int count = 0;
    path = test::temporary("generator_" + std::to_string(++count));
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
};

/// Writes a net's generator as training programs do.
template <class M>
void save(M& net, const std::string& path) {
  io::save_weights(net.G, path, {{"model", M::name}, {"options", write_fields(net.options)}});
}

models::DcganOptions small_options() { return {.channels = 3, .size = 32, .latent = 5, .features = 2}; }

/// A net whose running statistics and numbers have moved away from where they start.
models::Dcgan small_dcgan(models::DcganOptions options = small_options()) {
  models::Dcgan net(options);
  init(net, 3);
  Pass pass = Pass::training();
  NoGrad constant;
  Rng rng{4};
  net.G(randn<float>(Shape{8, options.latent}, rng), pass);
  return net;
}

template <class M>
void expect_same_images(M& net, i64 n) {
  Folder folder;
  const std::string path = folder.path + "/generator.safetensors";
  save(net, path);
  const Generator g = load_generator(path);
  EXPECT_EQ(g.model(), M::name);
  EXPECT_EQ(g.options(), write_fields(net.options));
  EXPECT_EQ(g.sampling().latent.size, net.sampling().latent.size);
  EXPECT_EQ(g.sampling().latent.prior, net.sampling().latent.prior);
  EXPECT_EQ(g.sampling().batch_statistics, net.sampling().batch_statistics);
  EXPECT_EQ(g.sampling().low, net.sampling().low);
  for (const u64 seed : {1u, 9u}) {
    const Var wanted = io::sample(net.G, n, net.sampling(), seed), got = g.sample(n, seed);
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
  const Generator g = load_generator(folder.path + "/g");
  EXPECT_EQ(g.sampling().classes, 3);
  const std::vector<i64> labels{2, 2, 0, 1};
  EXPECT_EQ(g.sample(4, 7, labels).to_vector(), io::sample(net.G, 4, net.sampling(), 7, labels).to_vector());
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
  save(net, folder.path + "/cifar");
  const Generator cifar = load_generator(folder.path + "/cifar");
  EXPECT_TRUE(cifar.preprocesses());
  EXPECT_EQ(cifar.preprocess(x).to_vector(), net.preprocess(x).to_vector());
  EXPECT_NE(cifar.preprocess(x).to_vector(), x.to_vector());
  models::Dcgan dcgan = small_dcgan();
  save(dcgan, folder.path + "/dcgan");
  const Generator plain = load_generator(folder.path + "/dcgan");
  EXPECT_FALSE(plain.preprocesses());
  EXPECT_EQ(plain.preprocess(x).data(), x.data());
}

TEST(LoadGenerator, MissingOptionsAreTheDefaults) {
  Folder folder;
  models::Dcgan net({.features = 2});
  init(net, 1);
  io::save_weights(net.G, folder.path + "/g", {{"model", "dcgan"}, {"options", "features = 2\n"}});
  const Generator g = load_generator(folder.path + "/g");
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
  const data::Dataset images = data::shapes({.count = 16, .channels = 3}).resize(32);
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
    const auto of_net = io::sample(net.G, 4, net.sampling(), 2).to_vector();
    const auto of_average = io::sample(average, 4, net.sampling(), 2).to_vector();
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

TEST(Generator, ManyImagesInPiecesHaveTheBitsOfOneBatch) {
  Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/g");
  const Generator g = load_generator(folder.path + "/g");
  const i64 n = 2 * 256 + 3;
  const auto in_pieces = g.sample(n, 6).to_vector();
  EXPECT_EQ(in_pieces, io::sample(net.G, n, net.sampling(), 6).to_vector());
  // An image depends on its number and the seed, not on how many are drawn.
  const auto five = g.sample(5, 6).to_vector();
  EXPECT_TRUE(std::equal(five.begin(), five.end(), in_pieces.begin()));

  models::Dcgan authors = small_dcgan({.size = 64, .variant = DcganVariant::paper_code, .latent = 2, .features = 1});
  save(authors, folder.path + "/authors");
  EXPECT_EQ(load_generator(folder.path + "/authors").sample(258).to_vector(),
            io::sample(authors.G, 258, authors.sampling()).to_vector());
}

TEST(Generator, SeveralThreadsMaySampleOneAtOnce) {
  Folder folder;
  models::Dcgan net = small_dcgan({.latent = 20, .features = 16});  // large enough for the pool
  save(net, folder.path + "/g");
  const Generator g = load_generator(folder.path + "/g");
  constexpr u64 count = 4, rounds = 3;
  std::vector<std::vector<float>> alone, together(count * rounds);
  for (u64 k = 0; k < count * rounds; ++k) alone.push_back(g.sample(static_cast<i64>(3 + k % 5), k).to_vector());
  std::vector<std::thread> threads;
  for (u64 t = 0; t < count; ++t)
    threads.emplace_back([&g, &together, t] {
      const Generator copy = g;
      for (u64 r = 0; r < rounds; ++r) {
        const u64 k = t * rounds + r;
        together[k] = (r % 2 == 0 ? g : copy).sample(static_cast<i64>(3 + k % 5), k).to_vector();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, alone);
}

TEST(Generator, RefusesWhatCannotBeSampled) {
  Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/g");
  const Generator g = load_generator(folder.path + "/g");
  EXPECT_EQ(test::message_of<ValueError>([&] { g.sample(0); }), "[Generator] 0 samples; at least 1 is needed");
  EXPECT_THAT(test::message_of<ValueError>([&] {
                g.sample(2, 1, {0, 1});
              }),
              HasSubstr("2 labels for 2 samples of a generator of 0 classes"));
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
            path + ": holds a model 'dcgna', which this version has not; the nearest that it has is 'dcgan'");
  EXPECT_EQ(refusal(path, {{"model", "dcgan"}}), path + ": does not say the options of its model");
  const auto with = [&](const std::string& options) {
    return refusal(path, {{"model", "dcgan"}, {"options", options}});
  };
  EXPECT_EQ(with("featurs = 2\n"), path + ": there is no option 'featurs'; did you mean 'features'?");
  EXPECT_THAT(with("variant = paper_cod\n"), AllOf(testing::StartsWith(path + ": variant: "), HasSubstr("'paper_code'")));
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
      "[load_generator] " + folder.path + ": holds neither generator.safetensors nor checkpoints/latest.safetensors");
}

TEST(Generator, UntrainedIsTheNetworkThatInitMakes) {
  const Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/generator.safetensors");
  const Generator trained = load_generator(folder.path), untrained = trained.untrained(9);
  models::Dcgan fresh(small_options());
  init(fresh, 9);
  EXPECT_EQ(untrained.sample(3).to_vector(), io::sample(fresh.G, 3, fresh.sampling()).to_vector());
  EXPECT_NE(untrained.sample(3).to_vector(), trained.sample(3).to_vector());
  EXPECT_EQ(untrained.image_shape(), trained.image_shape());
  EXPECT_NE(trained.untrained(10).sample(3).to_vector(), untrained.sample(3).to_vector());
}

TEST(Generator, MakesImagesOfLatents) {
  const Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/generator.safetensors");
  const Generator g = load_generator(folder.path);
  Rng rng{7, name_stream("sample"), 0};
  EXPECT_EQ(g.images(draw_latent<float>(3, g.sampling().latent, rng)).to_vector(), g.sample(3, 7).to_vector());
  EXPECT_THROW(g.images(Var::zeros({2, 6})), ShapeError);
  EXPECT_THROW(g.images(Var::zeros({2, 5}), {1, 2}), ValueError);  // this model has no classes
}

}  // namespace
}  // namespace gan
