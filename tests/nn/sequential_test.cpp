// Sequential: names by position, layers appended, parts of it.
#include "gan/nn/sequential.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/nn/dense.hpp"

namespace gan {
namespace {

using testing::ElementsAre;

TEST(SequentialLayers, AreNamedByPositionHoweverTheyCame) {
  Sequential at_once{Dense(2, 3), ReLU{}, Dense(3, 1)}, appended;
  appended.add(Dense(2, 3)).add(ReLU{}).add(Dense(3, 1));
  EXPECT_EQ(appended.size(), 3u);
  EXPECT_THAT(params(appended).names, ElementsAre("0.weight", "0.bias", "2.weight", "2.bias"));
  init(at_once, 1);
  init(appended, 1);
  Pass pass = Pass::inference();
  const Var x = Var::from({1, -2}, Shape{1, 2});
  EXPECT_EQ(appended(x, pass).to_vector(), at_once(x, pass).to_vector());
  EXPECT_EQ(Sequential{}(x, pass).to_vector(), x.to_vector()) << "of no layer it is the identity";
}

TEST(SequentialLayers, RunAloneToo) {
  Sequential net{Dense(2, 3), ReLU{}, Dense(3, 1)};
  init(net, 1);
  Pass pass = Pass::inference();
  const Var x = Var::from({1, -2}, Shape{1, 2}), middle = net.range(x, pass, 0, 2);
  EXPECT_EQ(middle.shape(), (Shape{1, 3}));
  EXPECT_EQ(net.range(middle, pass, 2, 3).to_vector(), net(x, pass).to_vector());
  EXPECT_EQ(net.range(x, pass, 1, 1).to_vector(), x.to_vector());
  EXPECT_THROW(net.range(x, pass, 2, 1), ValueError);
  EXPECT_THROW(net.range(x, pass, 0, 4), ValueError);
}

}  // namespace
}  // namespace gan
