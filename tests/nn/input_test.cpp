// What generators are fed: its description as text, what is drawn, and every form of network that takes it.
#include "gan/nn/input.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"

namespace gan {
namespace {

const InputSpec everything{.latent = {3, Prior::uniform},
                           .codes = 2,
                           .classes = 4,
                           .x = {8, 6, 1},
                           .mask = true,
                           .text_length = 5,
                           .vocabulary = Vocabulary("red star"),
                           .batch_statistics = true,
                           .low = 0,
                           .high = 0.5f};

TEST(InputSpec, IsReadBackFromItsText) {
  const InputSpec read = read_fields<InputSpec>(write_fields(everything));
  EXPECT_EQ(read.latent.size, 3);
  EXPECT_EQ(read.latent.prior, Prior::uniform);
  EXPECT_EQ(read.codes, 2);
  EXPECT_EQ(read.classes, 4);
  EXPECT_EQ(read.x, (Shape{8, 6, 1}));
  EXPECT_TRUE(read.mask);
  EXPECT_EQ(read.text_length, 5);
  EXPECT_EQ(read.vocabulary.text(), "red star");
  EXPECT_TRUE(read.batch_statistics);
  EXPECT_EQ(read.low, 0);
  EXPECT_EQ(read.high, 0.5f);
  EXPECT_EQ(read_fields<InputSpec>(write_fields(InputSpec{})).x.rank(), 0);
}

TEST(InputSpec, NamesItsPartsInOrder) {
  EXPECT_EQ(part_names(everything), (std::vector<std::string>{"x", "mask", "z", "codes", "text", "labels"}));
  EXPECT_TRUE(part_names({}).empty());
}

TEST(Input, DrawsWhatCanBeDrawnAndTakesTheRestFromTheBatch) {
  const InputSpec spec{.latent = 3, .codes = 2, .classes = 4};
  Rng rng{1, 2, 0}, same{1, 2, 0};
  const Parts batch{{"x", Var::zeros({5, 2})}, {"labels", Var::from({0, 1, 2, 3, 0}, Shape{5})}};
  const Parts input = input_for<float>(spec, batch, rng);
  EXPECT_EQ(input.names(), "z, codes, labels");
  EXPECT_EQ(input["z"].to_vector(), randn<float>(Shape{5, 3}, same).to_vector());
  EXPECT_EQ(rng.draw, 2u);
  for (const float code : input["codes"].to_vector()) EXPECT_LE(std::abs(code), 1.0f);
  EXPECT_EQ(input["labels"].to_vector(), batch["labels"].to_vector());
  EXPECT_EQ(test::message_of<ValueError>([&] { input_for<float>({.mask = true}, batch, rng); }),
            "[Parts] there is no part 'mask'; there are: x, labels");
}

TEST(Generate, CallsNetworksOfEveryForm) {
  const Parts input{{"z", Var::from({1, 2}, Shape{1, 2})}, {"labels", Var::from({2}, Shape{1})}};
  Pass pass = Pass::inference();
  auto one = [](const Var& z, Pass&) { return z * 2.0; };
  EXPECT_EQ(generate<float>(one, {.latent = 2}, input, pass).to_vector(), (std::vector<float>{2, 4}));
  auto two = [](const Var&, const Var& labels, Pass&) { return labels; };
  EXPECT_EQ(generate<float>(two, {.latent = 2, .classes = 3}, input, pass).to_vector(), (std::vector<float>{0, 0, 1}))
      << "labels are one-hot";
  auto by_name = [](const Parts& in, Pass&) { return in["labels"]; };
  EXPECT_EQ(generate<float>(by_name, {.latent = 2, .classes = 3}, input, pass).to_vector(), (std::vector<float>{2}));
  EXPECT_EQ(
      test::message_of<ValueError>([&] { generate<float>(one, {.latent = 2, .classes = 3}, input, pass); }),
      "[generate] the network does not take the parts of its input, which are: z, labels; a network may also take "
      "(const Parts&, Pass&)");
}

}  // namespace
}  // namespace gan
