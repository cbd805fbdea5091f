// Summaries of networks with several inputs, and of those that share what they own.
#include "gan/nn/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/embedding.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/shape.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

struct Conditional {
  Embedding look{{.classes = 3, .width = 2}};
  Dense head{6, 1};
  Var operator()(const Var& z, const Var& labels, Pass& p) const {
    return head(concat<float>({z, look(labels, p)}, 1), p);
  }
  void visit(Visitor& v) {
    v("look", look);
    v("head", head);
  }
};

TEST(SummaryInputs, AreShapesOrTensors) {
  Conditional net;
  const Summary shapes = summarize(net, Shape{5, 4}, Shape{5});
  ASSERT_EQ(shapes.layers.size(), 2u);
  EXPECT_EQ(shapes.layers[0].output, (Shape{5, 2}));
  EXPECT_EQ(shapes.layers[1].output, (Shape{5, 1}));
  EXPECT_EQ(shapes.count.total(), 6 + 7);
  const Var labels = Var::from({2, 1}, Shape{2});
  EXPECT_EQ(summarize(net, Shape{2, 4}, labels).layers[1].output, (Shape{2, 1}));
  EXPECT_EQ(summary(net, Var::ones({2, 4}), labels), summary(net, Shape{2, 4}, Shape{2}));
  EXPECT_THROW(summarize(net, Shape{1, 4}, Var::from({3}, Shape{1})), ValueError) << "these very numbers are given";
}

TEST(SummaryInputs, OneMayBeABracedShape) {
  Dense net(4, 2);
  EXPECT_THAT(summary(net, {1, 4}), HasSubstr("(None, 2)"));
  EXPECT_EQ(summarize(net, Var::ones({3, 4})).layers[0].output, (Shape{3, 2}));
}

TEST(SummaryInputs, LeaveTheNetworkAloneAlsoWhatItHoldsByPointer) {
  struct View {
    Dense* trunk;
    Dense head{3, 1};
    Var operator()(const Var& x, Pass& p) const { return head((*trunk)(x, p), p); }
    void visit(Visitor& v) {
      v("trunk", *trunk);
      v("head", head);
    }
  };
  Dense trunk(2, 3);
  View view{&trunk};
  summarize(view, Shape{1, 2});
  EXPECT_FALSE(trunk.weight.ready) << "a summary is no init";
  init(view, 4);
  const auto before = trunk.weight.to_vector();
  summarize(view, Shape{1, 2});
  EXPECT_EQ(trunk.weight.to_vector(), before);
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

}  // namespace
}  // namespace gan
