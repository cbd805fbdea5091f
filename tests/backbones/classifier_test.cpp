// Classifiers: their files, their feature maps.
#include "gan/backbones/classifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files.hpp"
#include "gan/data/loader.hpp"
#include "gan/data/shapes.hpp"
#include "gan/data/stacked.hpp"
#include "gan/io/sha256.hpp"
#include "gan/io/weights.hpp"
#include "gan/metrics/features.hpp"

namespace gan::backbones {
namespace {

using testing::HasSubstr;

data::Images some_shapes(data::Split split) { return data::shapes({.count = 600, .channels = 1, .split = split}); }
ClassifierOptions small() { return {.classes = 5, .width = 8, .features = 32}; }

TEST(Classifier, FeaturesAreTheBodys) {
  Classifier net(small());
  init(net, 1);
  const Var x = some_shapes(data::Split::test).batches(250).batch_at(0)["x"];
  const Classified c = classify(net, x);
  EXPECT_EQ(c.features.shape(), (Shape{250, 32}));
  EXPECT_EQ(c.features.to_vector(), metrics::features(net.body, x).to_vector());
  ASSERT_EQ(c.labels.size(), 250u);
  double mean = 0;
  for (i64 i = 0; i < 250; ++i) {
    double sum = 0;
    for (i64 k = 0; k < 5; ++k) {
      sum += c.probabilities.data()[i * 5 + k];
      EXPECT_LE(c.probabilities.data()[i * 5 + k],
                c.probabilities.data()[i * 5 + c.labels[static_cast<std::size_t>(i)]]);
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    mean += c.probabilities.data()[i * 5 + c.labels[static_cast<std::size_t>(i)]] / 250;
  }
  EXPECT_NEAR(c.confidence, mean, 1e-6);
  EXPECT_THROW(classify(net, Var::zeros({1, 32, 32, 1})), ShapeError);
  EXPECT_THROW(classify(net, Var::zeros({1, 28, 28, 3})), ShapeError);
}

TEST(Classifier, StackedLabelsAreThoseOfTheChannels) {
  Classifier net(small());
  init(net, 1);
  const Var x = data::stacked(some_shapes(data::Split::test), {.count = 40}).batches(40).batch_at(0)["x"];
  const std::vector<i64> modes = stacked_labels(net, x);
  for (int c = 0; c < 3; ++c) {
    const std::vector<i64> labels = classify(net, slice(x, 3, c, c + 1)).labels;
    for (std::size_t i = 0; i < labels.size(); ++i) EXPECT_EQ(modes[i] / (c == 0 ? 25 : c == 1 ? 5 : 1) % 5, labels[i]);
  }
  EXPECT_THROW(stacked_labels(net, Var::zeros({1, 28, 28, 1})), ShapeError);
}

TEST(Classifier, TakesImagesOfOtherSizes) {
  const data::Images shapes = some_shapes(data::Split::test);
  const Var x = shapes.batches(3).batch_at(0)["x"], bordered = shapes.pad(2).batches(3).batch_at(0)["x"];
  EXPECT_EQ(classifier_input(small(), x).to_vector(), x.to_vector());
  EXPECT_EQ(classifier_input(small(), bordered).to_vector(), x.to_vector());
  EXPECT_EQ(classifier_input(small(), Var::zeros({3, 56, 56, 1})).shape(), (Shape{3, 28, 28, 1}));
  EXPECT_FALSE(classifier_input(small(), Var::zeros({3, 28, 28, 3})).defined());
  EXPECT_EQ(classifier_input({.channels = 3}, x).shape(), (Shape{3, 28, 28, 3}));
  EXPECT_THROW(classifier_input(small(), Var::zeros({28, 28})), ShapeError);
}

TEST(Classifier, AFileSaysWhatItIs) {
  Classifier net(small());
  init(net, 1);
  const std::string path = test::temporary("classifier.safetensors");
  io::save_weights(net, path, {{"model", "classifier"}, {"options", write_fields(net.options)}, {"data", "shapes"}});
  const TrainedClassifier read = load_classifier(path);
  EXPECT_EQ(read.sha256, io::sha256_of_file(path));
  EXPECT_EQ(read.metadata.at("data"), "shapes");
  const Var x = some_shapes(data::Split::test).batches(10).batch_at(0)["x"];
  EXPECT_EQ(classify(read.net, x).probabilities.to_vector(), classify(net, x).probabilities.to_vector());
  io::save_weights(net, path, {{"model", "dcgan"}, {"options", ""}});
  EXPECT_THROW(load_classifier(path), FormatError);
  std::remove(path.c_str());
  try {
    load_classifier(path);
    FAIL();
  } catch (const IoError& e) { EXPECT_THAT(e.what(), HasSubstr("the program classifier trains one")); }
}

TEST(Classifier, RefusesOptionsOutOfRange) {
  EXPECT_THROW(Classifier({.classes = 1}), ValueError);
  EXPECT_THROW(Classifier({.stages = 5}), ValueError);  // 28 halved five times is nothing
  EXPECT_THROW(Classifier({.dropout = 1}), ValueError);
  EXPECT_THROW(Classifier({.depth = 0}), ValueError);
  Classifier deep({.channels = 3, .size = 32, .stages = 3, .depth = 2});
  EXPECT_EQ(count_parameters(deep).trainable,
            27 * 32 + 288 * 64 + 576 * 64 + 576 * 128 + 1152 * 128 + 2 * (32 + 128 + 256) + 2048 * 128 + 128 + 1290);
}

}  // namespace
}  // namespace gan::backbones
