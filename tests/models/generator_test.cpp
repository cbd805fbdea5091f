// Generators out of files: how they sample, in pieces, from several threads at once, untrained, from given latents.
#include "gan/models/generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/generators.hpp"
#include "gan/io/samples.hpp"

namespace gan {
namespace {

using models::DcganVariant;
using models::Generator;
using test::Folder, test::save, test::small_dcgan, test::small_options;
using testing::HasSubstr;

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
