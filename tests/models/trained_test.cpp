// Generators out of files: how they sample, in pieces, from several threads at once, untrained, from given latents.
#include "gan/models/trained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/generators.hpp"
#include "gan/io/samples.hpp"

namespace gan {
namespace {

using models::DcganVariant;
using models::Trained;
using test::Folder, test::save, test::small_dcgan, test::small_options;
using testing::HasSubstr;

TEST(Trained, ManyImagesInPiecesHaveTheBitsOfOneBatch) {
  Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/g");
  const Trained g = load_generator(folder.path + "/g");
  const i64 n = 2 * 256 + 3;
  const auto in_pieces = g.sample(n, 6).to_vector();
  EXPECT_EQ(in_pieces, io::sample(net.G, n, net.input(), 6).to_vector());
  // An image depends on its number and the seed, not on how many are drawn.
  const auto five = g.sample(5, 6).to_vector();
  EXPECT_TRUE(std::equal(five.begin(), five.end(), in_pieces.begin()));

  models::Dcgan authors = small_dcgan({.size = 64, .variant = DcganVariant::paper_code, .latent = 2, .features = 1});
  save(authors, folder.path + "/authors");
  EXPECT_EQ(load_generator(folder.path + "/authors").sample(258).to_vector(),
            io::sample(authors.G, 258, authors.input()).to_vector());
}

TEST(Trained, SeveralThreadsMaySampleOneAtOnce) {
  Folder folder;
  models::Dcgan net = small_dcgan({.latent = 20, .features = 16});  // large enough for the pool
  save(net, folder.path + "/g");
  const Trained g = load_generator(folder.path + "/g");
  constexpr u64 count = 4, rounds = 3;
  std::vector<std::vector<float>> alone, together(count * rounds);
  for (u64 k = 0; k < count * rounds; ++k) alone.push_back(g.sample(static_cast<i64>(3 + k % 5), k).to_vector());
  std::vector<std::thread> threads;
  for (u64 t = 0; t < count; ++t)
    threads.emplace_back([&g, &together, t] {
      const Trained copy = g;
      for (u64 r = 0; r < rounds; ++r) {
        const u64 k = t * rounds + r;
        together[k] = (r % 2 == 0 ? g : copy).sample(static_cast<i64>(3 + k % 5), k).to_vector();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, alone);
}

TEST(Trained, RefusesWhatCannotBeSampled) {
  Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/g");
  const Trained g = load_generator(folder.path + "/g");
  EXPECT_EQ(test::message_of<ValueError>([&] { g.sample(0); }), "[sample] 0 samples; at least 1 is needed");
  EXPECT_THAT(test::message_of<ValueError>([&] {
                g.sample(2, 1, {0, 1});
              }),
              HasSubstr("2 labels for 2 samples of a generator of 0 classes"));
}

TEST(Trained, UntrainedIsTheNetworkThatInitMakes) {
  const Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/generator.safetensors");
  const Trained trained = load_generator(folder.path), untrained = trained.untrained(9);
  models::Dcgan fresh(small_options());
  init(fresh, 9);
  EXPECT_EQ(untrained.sample(3).to_vector(), io::sample(fresh.G, 3, fresh.input()).to_vector());
  EXPECT_NE(untrained.sample(3).to_vector(), trained.sample(3).to_vector());
  EXPECT_EQ(untrained.image_shape(), trained.image_shape());
  EXPECT_NE(trained.untrained(10).sample(3).to_vector(), untrained.sample(3).to_vector());
}

TEST(Trained, MakesImagesOfLatents) {
  const Folder folder;
  models::Dcgan net = small_dcgan();
  save(net, folder.path + "/generator.safetensors");
  const Trained g = load_generator(folder.path);
  Rng rng{7, name_stream("sample"), 0};
  EXPECT_EQ(g.images(draw_latent<float>(3, g.input().latent, rng)).to_vector(), g.sample(3, 7).to_vector());
  EXPECT_THROW(g.images(Var::zeros({2, 6})), ShapeError);
  EXPECT_THROW(g.images(Var::zeros({2, 5}), {1, 2}), ValueError);  // this model has no classes
}

}  // namespace
}  // namespace gan
