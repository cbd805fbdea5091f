// What a Sequential tells its parameters of flattened images.
#include "gan/nn/channel_layout.hpp"

#include <gtest/gtest.h>

#include "gan/nn/activation.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"

namespace gan {
namespace {

/// The layout of the parameter called `name`.
FileLayout layout_of(Sequential net, const std::string& name) {
  FileLayout found;
  bool there = false;
  each_param(net, [&](const std::string& path, Param<float>& p) {
    if (path != name) return;
    found = p.file;
    there = true;
  });
  EXPECT_TRUE(there) << name;
  return found;
}

TEST(ChannelLayouts, ADenseBehindAConvolutionKnowsItsChannels) {
  const Sequential net{Conv2D({.in = 1, .out = 6, .kernel = 3, .padding = 1}), ReLU{}, Flatten{}, Dense(24, 2)};
  EXPECT_EQ(layout_of(net, "3.weight").in_channels, 6);
  EXPECT_EQ(layout_of(net, "3.weight").out_channels, 0);
  EXPECT_EQ(layout_of(net, "3.bias").out_channels, 0);
}

TEST(ChannelLayouts, AFlattenInFrontHasToSay) {
  EXPECT_EQ(layout_of(Sequential{Flatten{}, Dense(12, 2)}, "1.weight").in_channels, 0);
  EXPECT_EQ(layout_of(Sequential{Flatten{.channels = 3}, Dense(12, 2)}, "1.weight").in_channels, 3);
}

TEST(ChannelLayouts, WhoeverMakesAnImageNumbersItsFeatures) {
  const Sequential net{Dense(5, 24), BatchNorm(24), ReLU{}, Reshape{{2, 2, 6}}};
  for (const char* name : {"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"})
    EXPECT_EQ(layout_of(net, name).out_channels, 6) << name;
  const Sequential rows{Dense(5, 24), Reshape{{4, 6}}};
  EXPECT_EQ(layout_of(rows, "0.weight").out_channels, 0) << "no image";
}

TEST(ChannelLayouts, ALayerThatSaysNothingMakesThemUnknown) {
  struct Silent {
    Dense inside{12, 12};
    Var operator()(const Var& x, Pass& p) const { return inside(x, p); }
    void visit(Visitor& v) { v("inside", inside); }
  };
  EXPECT_EQ(layout_of(Sequential{Flatten{.channels = 3}, Silent{}, Dense(12, 2)}, "2.weight").in_channels, 0);
}

}  // namespace
}  // namespace gan
