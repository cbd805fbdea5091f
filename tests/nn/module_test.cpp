// Layers and modules: parameter counts line by line, names, copies, modes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gan/io/weights.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/summary.hpp"

namespace gan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<i64> lines(const Summary& s) {
  std::vector<i64> out;
  for (const auto& layer : s.layers) out.push_back(layer.parameters);
  return out;
}

TEST(Vanilla, DensePairHasTheCourseNotesCounts) {
  models::Vanilla net;
  const Summary g = summarize(net.G, Shape{2, 32}), d = summarize(net.D, Shape{2, 28, 28, 1});
  EXPECT_THAT(lines(g), ElementsAre(4224, 512, 0, 33024, 1024, 0, 131584, 2048, 0, 402192, 0));
  EXPECT_EQ(g.count.total(), 574608);
  EXPECT_EQ(g.count.trainable, 572816);
  EXPECT_EQ(d.count.total(), 566273);
  EXPECT_EQ(g.layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(d.layers.back().output, (Shape{2, 1}));
}

TEST(Vanilla, ConvolutionalPairHasTheCourseNotesCounts) {
  models::Vanilla net({.generator = models::VanillaKind::convolutional, .discriminator = models::VanillaKind::convolutional});
  const Summary g = summarize(net.G, Shape{2, 32}), d = summarize(net.D, Shape{2, 28, 28, 1});
  EXPECT_THAT(lines(d), ElementsAre(320, 0, 18496, 0, 73856, 0, 0, 0, 1153));
  EXPECT_THAT(lines(g), ElementsAre(38016, 0, 0, 147584, 512, 0, 73792, 256, 0, 577));
  EXPECT_EQ(g.count.total(), 260737);
  EXPECT_EQ(g.count.trainable, 260353);
  EXPECT_EQ(d.count.total(), 93825);
  EXPECT_EQ(g.layers[3].output, (Shape{2, 7, 7, 128}));
  EXPECT_EQ(g.layers.back().output, (Shape{2, 28, 28, 1}));
  EXPECT_EQ(d.layers[4].output, (Shape{2, 3, 3, 128}));
}

TEST(Dcgan, Has28By28ShapesAndRefusesOtherSizes) {
  models::Dcgan net;
  const Summary g = summarize(net.G, Shape{3, 100}), d = summarize(net.D, Shape{3, 28, 28, 1});
  EXPECT_EQ(g.layers.back().output, (Shape{3, 28, 28, 1}));
  // Dense 100 -> 6272, BN 4 * 6272, ConvT 128 -> 64 without bias, BN 4 * 64, ConvT 64 -> 1 with bias.
  EXPECT_EQ(g.count.total(), 100 * 6272 + 6272 + 4 * 6272 + 128 * 64 * 16 + 4 * 64 + 64 * 16 + 1);
  EXPECT_EQ(d.count.total(), 16 * 64 + 64 + 64 * 128 * 16 + 4 * 128 + 6272 + 1);
  EXPECT_THROW(models::Dcgan({.size = 30}), ValueError);
}

TEST(Summary, IsATable) {
  Sequential net{Conv2D({.in = 1, .out = 4, .kernel = 3, .padding = Padding::same()}), MaxPool2D{}, Flatten{},
                 Dense(784, 2)};
  const std::string text = summary(net, Shape{1, 28, 28, 1});
  EXPECT_THAT(text, HasSubstr("Layer (type)"));
  EXPECT_THAT(text, HasSubstr("Conv2D"));
  EXPECT_THAT(text, HasSubstr("(None, 14, 14, 4)"));
  EXPECT_THAT(text, HasSubstr("Trainable parameters:     1610"));
  EXPECT_FALSE(params(net).tensors[0].to_vector().empty());
}

TEST(Module, CopiesNumbersAndKeepsNames) {
  Sequential a{Dense(2, 3), BatchNorm(3), Dense(3, 1)};
  init(a, 1);
  Sequential b = a;
  auto pa = params(a), pb = params(b);
  EXPECT_THAT(pa.names, ElementsAre("0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"));
  pb.tensors[0].mutable_data()[0] = 42;
  EXPECT_NE(pa.tensors[0].data()[0], 42);
  EXPECT_EQ(params(b).tensors[0].data()[0], 42) << "parameters are handles on the module's numbers";
  EXPECT_EQ(count_parameters(a).non_trainable, 6);
}

TEST(Module, UseBeforeInitIsRefused) {
  Dense dense(2, 3);
  Pass pass = Pass::training();
  try {
    dense(Var::ones({1, 2}), pass);
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(),
                HasSubstr("[Dense] its parameter (3, 2) has no values: either init(net, seed) was not called"));
  }
}

TEST(Module, AForgottenMemberIsToldOf) {
  struct Forgetful {
    Dense seen{2, 2}, forgotten{2, 3};
    Var operator()(const Var& x, Pass& p) const { return forgotten(seen(x, p), p); }
    void visit(Visitor& v) { v("seen", seen); }
  } net;
  init(net, 1);
  Pass pass = Pass::training();
  try {
    net(Var::ones({1, 2}), pass);
    FAIL();
  } catch (const ValueError& e) {
    EXPECT_THAT(e.what(), HasSubstr("[Dense] its parameter (3, 2) has no values"));
    EXPECT_THAT(e.what(), HasSubstr("or a `visit` between the net and this layer does not name it"));
  }
}

/// Two networks over one trunk, which belongs to neither.
struct OnTrunk {
  Dense* trunk;
  Dense head{3, 1};
  Var operator()(const Var& x, Pass& p) const { return head((*trunk)(x, p), p); }
  void visit(Visitor& v) {
    v("trunk", *trunk);
    v("head", head);
  }
};

TEST(SharedTrunk, IsListedOnceAndOthersOfOneNameStay) {
  Dense trunk(2, 3);
  OnTrunk D{&trunk}, Q{&trunk};
  const auto both = params(D, Q);
  EXPECT_THAT(both.names,
              ElementsAre("trunk.weight", "trunk.bias", "head.weight", "head.bias", "head.weight", "head.bias"));
  EXPECT_EQ(params(trunk, trunk).names.size(), 2u);
  auto appended = params(trunk);
  appended.append(params(D));
  EXPECT_EQ(appended.names.size(), 4u);
}

TEST(SharedTrunk, CountsOnceUnderTwoNames) {
  struct Twice {
    Dense a{2, 2};
    Sequential norm{BatchNorm(2)};
    Var operator()(const Var& x, Pass& p) const { return a(norm(a(x, p), p), p); }
    void visit(Visitor& v) {
      v("first", a);
      v("norm", norm);
      v("again", a);
      v("norm_again", norm);
    }
  } net;
  EXPECT_EQ(count_parameters(net).trainable, 6 + 4);
  EXPECT_EQ(count_parameters(net).non_trainable, 4);
  EXPECT_THAT(params(net).names, ElementsAre("first.weight", "first.bias", "norm.0.weight", "norm.0.bias"));
  init(net, 1);
  EXPECT_EQ(net.a.weight.to_vector(),
            initial_values<float>(net.a.weight.initializer, Shape{2, 2}, 2, 2, 1, "first.weight").to_vector())
      << "the first name's values";
  const Summary s = summarize(net, Shape{1, 2});
  EXPECT_THAT(lines(s), ElementsAre(6, 8, 0)) << "a layer that runs again has its numbers in its first line";
  EXPECT_EQ(s.count.total(), 14);
}

TEST(Module, ConvolutionsRefuseMissingOrUnevenChannels) {
  EXPECT_THROW(Conv2D({.out = 8}), ValueError);
  EXPECT_THROW(ConvTranspose2D({.in = 8}), ValueError);
  EXPECT_THROW(Conv2D({.in = 3, .out = 4, .groups = 2}), ValueError);
}

TEST(Module, NestedUserModule) {
  struct Discriminator {
    Sequential body{Dense(2, 8), LeakyReLU{0.2}};
    Dense head{8, 1};
    Var operator()(const Var& x, Pass& p) const { return head(body(x, p), p); }
    void visit(Visitor& v) {
      v("body", body);
      v("head", head);
    }
  } discriminator;
  init(discriminator, 3);
  EXPECT_THAT(params(discriminator).names, ElementsAre("body.0.weight", "body.0.bias", "head.weight", "head.bias"));
  const Summary s = summarize(discriminator, Shape{4, 2});
  EXPECT_THAT(lines(s), ElementsAre(24, 0, 9));
  Sequential wrapped{discriminator, Sigmoid{}};
  Pass pass = Pass::training();
  EXPECT_EQ(wrapped(Var::ones({4, 2}), pass).shape(), (Shape{4, 1}));
}

TEST(BatchNorm, RunningStatisticsMoveOnlyWhenAsked) {
  BatchNorm norm(2, {.momentum = 0.25});
  init(norm, 1);
  const Var x = Var::from({1, 10, 3, 30}, Shape{2, 2});
  Pass still{.batch_stats = true, .update_stats = false, .dropout = false, .rng = {}};
  norm(x, still);
  EXPECT_EQ(norm.running_mean.to_vector(), (std::vector<float>{0, 0}));
  Pass training = Pass::training();
  const Var y = norm(x, training);
  EXPECT_NEAR(y.data()[0], -1, 1e-4);
  EXPECT_NEAR(norm.running_mean.data()[0], 0.25 * 2, 1e-6);
  EXPECT_NEAR(norm.running_var.data()[0], 0.75 + 0.25 * 2, 1e-6) << "the unbiased variance of 1 and 3 is 2";
  Pass inference = Pass::inference();
  EXPECT_NEAR(norm(x, inference).data()[0], (1 - 0.5) / std::sqrt(1.25 + 1e-5), 1e-5);
}

TEST(Dropout, ActsOnlyWhenThePassSaysSo) {
  const Dropout drop{0.5};
  Pass training = Pass::training(Rng{1, 2, 3}), inference = Pass::inference();
  const Var x = Var::ones({1000});
  EXPECT_NE(drop(x, training).to_vector(), x.to_vector());
  EXPECT_EQ(training.rng.draw, 4u);
  EXPECT_EQ(drop(x, inference).to_vector(), x.to_vector());
}

TEST(Weights, SurviveAFileAndRefuseAnother) {
  const std::string path = testing::TempDir() + "/weights.safetensors";
  models::Dcgan a({.features = 4}), b({.features = 4});
  init(a, 1);
  init(b, 2);
  io::save_weights(a.G, path);
  io::load_weights(b.G, path);
  const auto pa = params(a.G), pb = params(b.G);
  for (std::size_t i = 0; i < pa.tensors.size(); ++i) EXPECT_EQ(pa.tensors[i].to_vector(), pb.tensors[i].to_vector());
  const auto file = io::read_safetensors(path);
  EXPECT_EQ(file.at("3.weight").shape, (Shape{8, 4, 4, 4})) << "PyTorch's (in, out, KH, KW)";
  models::Dcgan wide({.features = 8});
  init(wide, 1);
  const auto before = params(wide.G).tensors[0].to_vector();
  EXPECT_THROW(io::load_weights(wide.G, path), FormatError);
  EXPECT_THROW(io::load_weights(wide.D, path), FormatError);
  EXPECT_EQ(params(wide.G).tensors[0].to_vector(), before);
}

}  // namespace
}  // namespace gan
