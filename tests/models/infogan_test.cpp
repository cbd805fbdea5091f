// InfoGAN: the networks of the paper, who learns what, and a step of both players against PyTorch (make_infogan.py).
#include "gan/models/infogan.hpp"

#include <gtest/gtest.h>

#include "gan/io/weights.hpp"
#include "gan/nn/summary.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using models::Infogan;
using models::InfoganPreset;

TEST(Infogan, HasTheNetworksOfTheAuthors) {
  Infogan net({.learnt_variance = true});
  EXPECT_EQ(count_parameters(net.G).trainable, 6652481);
  EXPECT_EQ(count_parameters(net.trunk).trainable, 6558144);
  EXPECT_EQ(count_parameters(net.D).trainable, 1025);
  EXPECT_EQ(count_parameters(net.Q).trainable, 133262);
  Infogan usual;
  EXPECT_EQ(count_parameters(usual.Q).trainable, 133004);
}

TEST(Infogan, MakesImagesAndReadsTheirCodes) {
  for (const InfoganPreset preset : {InfoganPreset::mnist, InfoganPreset::svhn}) {
    Infogan net({.preset = preset, .features = 2, .learnt_variance = true});
    init(net, 1);
    const InputSpec input = net.input();
    EXPECT_EQ(input.latent.size + input.codes + input.classes, preset == InfoganPreset::mnist ? 74 : 138);
    Rng rng{1};
    Parts in = draw_input<float>(input, 4, rng);
    in.set("labels", Var::from({0, 9, 3, 3}, {4}));
    Pass pass = Pass::inference();
    const Abilities abilities = net.abilities();
    const Var x = abilities.at(0).run(in, pass)["x"];
    EXPECT_EQ(x.shape(), net.needs().x.prepend(4));
    const Parts read = abilities.at(1).run({{"x", x}}, pass);
    EXPECT_EQ(read["codes"].shape(), (Shape{4, input.codes}));
    EXPECT_EQ(read["categories"].shape(), (Shape{4, 10}));
    EXPECT_NEAR(sum(read["categories"]).item(), 4, 1e-5);
  }
}

TEST(Infogan, WorksWithoutACategory) {
  models::BasicInfogan<double> net({.classes = 0, .codes = 3, .features = 1});
  init(net, 1);
  EXPECT_EQ(net.input().classes, 0);
  auto game = net.game();
  BasicRound<double> round;
  Rng rng{1};
  game.play(
      round, [&](int) { return BasicBatch<double>({{"x", rand<double>({4, 28, 28, 1}, rng)}}); }, 1);
  Pass pass = Pass::inference();
  EXPECT_FALSE(net.abilities().at(1).run({{"x", rand<double>({2, 28, 28, 1}, rng)}}, pass).has("categories"));
}

TEST(Infogan, QLearnsWithDAndTheRatesAreThePapers) {
  Infogan net;
  Game game = net.game();
  EXPECT_EQ(game["D"].parameters.tensors.size(),
            params(net.trunk, net.D, net.Q).tensors.size());
  EXPECT_EQ(game["G"].parameters.tensors.size(), params(net.G).tensors.size());
  EXPECT_NE(game["D"].optimizer.spec().text().find("learning_rate = 2e-04\n"), std::string::npos);
  EXPECT_NE(game["G"].optimizer.spec().text().find("learning_rate = 0.001\n"), std::string::npos);
}

TEST(Infogan, OptionsOutOfRangeThrow) {
  EXPECT_THROW(Infogan({.features = 0}), ValueError);
  EXPECT_THROW(Infogan({.categorical = -1}), ValueError);
}

class InfoganReference : public testing::TestWithParam<bool> {
 public:
  using Net = models::BasicInfogan<double>;
  const File file{"conditional.safetensors"};
  const std::string which = GetParam() ? "infogan_learnt." : "infogan_fixed.";
  Net net{{.preset = InfoganPreset::svhn,
           .features = 1,
           .categorical = 0.7,
           .continuous = 0.2,
           .learnt_variance = GetParam()}};
  Worst worst;

  void SetUp() override {
    init(net, 1);
    each_param(net, [this](const std::string& name, Param<double>& p) {
      if (p.trainable()) p.set(io::detail::from_file<double>(file.contents(), which + "start." + name, p));
    });
    to(net, device());
  }
  BasicBatch<double> batch() const {
    Array x{Shape{5, 3, 32, 32}, {}};
    for (i64 i = 0; i < x.size(); ++i) x.values.push_back(std::sin(0.1 * static_cast<double>(i)));
    return BasicBatch<double>({{"x", tensor<double>(ours(x))}});
  }
  /// The gradients of a player's loss, `d` or `g`.
  void expect_gradients(const Tensor<double>& loss, const Parameters<double>& of, const std::string& player) {
    expect_close(loss, file[which + "loss_" + player], 1e-12, "loss_" + player, worst);
    const Tensors<double> g = grad(loss, of.tensors);
    std::size_t found = 0;
    each_param(net, [&](const std::string& name, Param<double>& p) {
      if (!p.trainable() || name.starts_with("G.") != (player == "g")) return;
      const Array expected = array(io::detail::from_file<double>(file.contents(), which + player + "." + name, p));
      expect_close(g.at(found++), expected, 1e-9, player + " " + name, worst, 1e-3);
    });
    EXPECT_EQ(found, g.size());
  }
};

TEST_P(InfoganReference, LossesAndGradients) {
  auto game = net.game();
  BasicRound<double> round;
  Pass of_d = Pass::training(Rng{21, 0}), of_g = Pass::training(Rng{22, 0});
  const Tensor<double> d = game["D"].loss(batch(), round, of_d);
  expect_close(Tensor<double>::from({round.metric("information")}, {}), file[which + "information"], 1e-12,
               "information", worst);
  expect_gradients(d, params(net.trunk, net.D, net.Q), "d");
  expect_gradients(game["G"].loss(batch(), round, of_g), params(net.G), "g");
  worst.print(which.c_str());
}
INSTANTIATE_TEST_SUITE_P(Variances, InfoganReference, testing::Bool());

}  // namespace
