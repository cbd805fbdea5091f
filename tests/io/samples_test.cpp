// Samples: what a generator is given, labels, grids and the hook that writes them.
#include "gan/io/samples.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "gan/nn/dense.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/nn/sequential.hpp"
#include "support/files.hpp"

namespace gan::io {
namespace {

namespace fs = std::filesystem;

/// The latent vector as it came.
struct Echo {
  Dense unused{1, 1};
  Var operator()(const Var& z, Pass&) const { return z; }
  void visit(Visitor& v) { v("unused", unused); }
};
/// The label as it came.
struct EchoLabel {
  Dense unused{1, 1};
  Var operator()(const Var&, const Var& label, Pass&) const { return label; }
  void visit(Visitor& v) { v("unused", unused); }
};

TEST(Samples, DependOnTheSeedOnly) {
  Echo g;
  const Var a = sample(g, 4, Latent{3}, 1);
  EXPECT_EQ(a.shape(), (Shape{4, 3}));
  EXPECT_EQ(sample(g, 4, Latent{3}, 1).to_vector(), a.to_vector());
  EXPECT_NE(sample(g, 4, Latent{3}, 2).to_vector(), a.to_vector());
  EXPECT_EQ(rows(sample(g, 9, Latent{3}, 1), 0, 4).to_vector(), a.to_vector()) << "more samples begin with the same";
  for (const float z : sample(g, 100, Latent(3, Prior::uniform)).to_vector()) EXPECT_LE(std::abs(z), 1);
}

TEST(Samples, AreTakenInInferenceWithoutHistory) {
  Sequential g{Dense(3, 5), BatchNorm(5), Dropout{0.5}};
  init(g, 1);
  const Var x = sample(g, 6, Latent{3});
  EXPECT_FALSE(x.tracked());
  int zeros = 0;
  for (const float v : x.to_vector()) zeros += v == 0;
  EXPECT_EQ(zeros, 0) << "dropout is off";
  const Var own = sample(g, 6, InputSpec{.latent = {3}, .batch_statistics = true});
  EXPECT_NE(own.to_vector(), x.to_vector());
  double mean = 0;
  for (i64 i = 0; i < 6; ++i) mean += static_cast<double>(own.data()[5 * i]) / 6;
  EXPECT_NEAR(mean, 0, 1e-6) << "normalised by the batch itself";
  EXPECT_EQ(sample(g, 6, Latent{3}).to_vector(), x.to_vector()) << "running statistics stay";
}

TEST(Samples, LabelsAreThoseAskedForOrAllInTurn) {
  EchoLabel g;
  const InputSpec how{.latent = {2}, .classes = 3};
  EXPECT_EQ(sample(g, 4, how).to_vector(), (std::vector<float>{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(sample(g, 2, how, 1, {2, 0}).to_vector(), (std::vector<float>{0, 0, 1, 1, 0, 0}));
  EXPECT_THROW(sample(g, 2, how, 1, {2}), ValueError);
  EXPECT_THROW(sample(g, 2, how, 1, {3, 0}), ValueError);
  EXPECT_THROW(sample(g, 2, InputSpec{.latent = {2}}), ValueError) << "how many classes?";
  Echo none;
  EXPECT_THROW(sample(none, 2, InputSpec{.latent = {2}}, 1, {0, 0}), ValueError) << "it takes no labels";
}

TEST(Samples, AreLaidOutInAColumnForEachClass) {
  const GridOptions classes = grid_of({.classes = 10, .low = 0, .high = 255}, 25);
  EXPECT_EQ(classes.rows, 3);
  EXPECT_EQ(classes.columns, 10);
  EXPECT_EQ(classes.low, 0);
  EXPECT_EQ(classes.high, 255);
  EXPECT_EQ(grid_of({}, 16).rows, 2);
  EXPECT_EQ(grid_of({}, 17).rows, 3);
  EXPECT_EQ(grid_of({}, 1).columns, 8);
}

struct Clock {
  i64 now;
  i64 round() const { return now; }
};

TEST(Samples, TheHookWritesAnImageOfEveryRound) {
  const std::string folder = test::temporary("sample_grid");
  fs::remove_all(folder);
  Sequential g{Dense(3, 4), Reshape{{2, 2, 1}}};
  init(g, 1);
  auto hook = sample_grid(g, folder, {.input = {.latent = {3}}, .rows = 1});
  EXPECT_TRUE(fs::is_directory(folder));
  Clock five{5}, late{123456789};
  hook(five);
  const test::Bytes first = test::read_file(folder + "/round_00000005.png");
  EXPECT_EQ(test::read_file(folder + "/latest.png"), first);
  init(g, 2);
  hook(late);
  EXPECT_EQ(test::read_file(folder + "/round_00000005.png"), first);
  EXPECT_NE(test::read_file(folder + "/round_123456789.png"), first);
  EXPECT_EQ(test::read_file(folder + "/latest.png"), test::read_file(folder + "/round_123456789.png"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace gan::io
