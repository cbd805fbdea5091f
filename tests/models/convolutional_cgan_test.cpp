// The convolutional CGAN: networks that are told the class in either way, its game, its options.
#include "gan/models/convolutional_cgan.hpp"

#include <gtest/gtest.h>

#include "gan/data/shapes.hpp"
#include "gan/io/samples.hpp"
#include "gan/train/trainer.hpp"
#include "support/round_reference.hpp"

namespace gan {
namespace {

using models::ClassForm;
using models::ConvolutionalCgan;

ConvolutionalCgan small(ClassForm condition, i64 size = 28) {
  ConvolutionalCgan net({.classes = 5, .size = size, .latent = 4, .features = 2, .condition = condition});
  init(net, 1);
  return net;
}

TEST(ConvolutionalCgan, HasDcgansNetworksAndTheClass) {
  ConvolutionalCgan planes, embedding({.condition = ClassForm::embedding});
  EXPECT_EQ(count_parameters(planes.G).trainable, 778241 + 10 * 6272) << "ten more inputs of a dense layer";
  EXPECT_EQ(count_parameters(planes.D).trainable, 138689 + 10 * 16 * 64) << "ten more channels of a 4 x 4 kernel";
  EXPECT_EQ(count_parameters(embedding.G).trainable, 778241 + 50 * 6272 + 10 * 50);
  EXPECT_EQ(count_parameters(embedding.D).trainable, 138689 + 16 * 64 + 10 * 784);
}

TEST(ConvolutionalCgan, TheClassMatters) {
  for (const ClassForm condition : {ClassForm::planes, ClassForm::embedding})
    for (const i64 size : {28, 32}) {
      ConvolutionalCgan net = small(condition, size);
      Pass pass = Pass::inference();
      const NoGrad constant;
      const Parts input{{"z", Var::ones({2, 4})}, {"labels", Var::from({1, 3}, {2})}};
      const Var x = net.G(input, pass);
      EXPECT_EQ(x.shape(), (Shape{2, size, size, 1}));
      for (const float v : x.to_vector()) EXPECT_TRUE(v > -1 && v < 1);
      EXPECT_NE(rows(x, 0, 1).to_vector(), rows(x, 1, 2).to_vector());
      const Var twice = concat<float>({rows(x, 0, 1), rows(x, 0, 1)});
      const std::vector<float> logits = net.D(twice, input, pass).to_vector();
      ASSERT_EQ(logits.size(), 2u);
      EXPECT_NE(logits[0], logits[1]);
    }
}

TEST(ConvolutionalCgan, TrainsOnLabelledImages) {
  for (const ClassForm condition : {ClassForm::planes, ClassForm::embedding}) {
    ConvolutionalCgan net = small(condition);
    Game game = net.game();
    Trainer trainer{game, data::shapes({.count = 40, .channels = 1}).batches(10), {.rounds = 3, .seed = 1}};
    std::vector<Tensor<float>> before;
    for (const auto& p : params(net).tensors) before.push_back(Var::from(p.to_vector(), p.shape()));
    trainer.run();
    const auto after = params(net);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NE(after.tensors[i].to_vector(), before[i].to_vector()) << i;
    EXPECT_EQ(game.first_not_finite(), "");
    EXPECT_EQ(io::sample(net.G, 5, net.input()).shape(), (Shape{5, 28, 28, 1}));
  }
}

TEST(ConvolutionalCgan, OptionsAreChecked) {
  EXPECT_THROW(ConvolutionalCgan({.classes = 0}), ValueError);
  EXPECT_THROW(ConvolutionalCgan({.size = 40}), ValueError);
  EXPECT_THROW(ConvolutionalCgan({.embedding = 0}), ValueError);
}

template <class T>
auto narrow(ClassForm condition) {
  return models::BasicConvolutionalCgan<T>(
      {.classes = 3, .latent = 5, .features = 1, .condition = condition, .embedding = 2});
}

TEST(ConvolutionalCganReference, ARound) {
  reference::expect_round_as_pytorch("cgan_planes", narrow<double>(ClassForm::planes), reference::in_double);
  reference::expect_round_as_pytorch("cgan_planes", narrow<float>(ClassForm::planes), reference::in_float);
  reference::expect_round_as_pytorch("cgan_embedding", narrow<double>(ClassForm::embedding), reference::in_double);
}

}  // namespace
}  // namespace gan
