// Few labels: which images have them, that all are met as x, and that the labelled ones are met equally often.
#include "gan/data/partly_labelled.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "support/errors.hpp"
#include "support/sources.hpp"

namespace gan::data {
namespace {

/// 60 images of one pixel, whose byte is their index; the first 30 are of class 0, the next 20 of 1, the last 10 of 2.
Images numbered() {
  std::vector<u8> pixels(60);
  std::iota(pixels.begin(), pixels.end(), u8{0});
  Annotations annotations;
  annotations.classes = {"a", "b", "c"};
  for (i64 i = 0; i < 60; ++i) annotations.labels.push_back(i < 30 ? 0 : i < 50 ? 1 : 2);
  return Images(std::move(pixels), {60, 1, 1, 1}, std::move(annotations)).scale(0, 255);
}

std::vector<i64> all_indices(const PartlyLabelled& data) {
  std::vector<i64> all(static_cast<std::size_t>(data.size()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::set<i64> labelled_ones(const PartlyLabelled& data) {
  std::set<i64> numbers;
  for (const u8 byte : data.labelled().pixels()) numbers.insert(byte);
  return numbers;
}

TEST(PartlyLabelled, EachClassHasTheSameNumberOfLabels) {
  const PartlyLabelled data = partly_labelled(numbered(), {.per_class = 4});
  ASSERT_EQ(data.labelled().size(), 12);
  EXPECT_EQ(labelled_ones(data).size(), 12u) << "none twice";
  std::map<i64, i64> of_class;
  for (i64 i = 0; i < 12; ++i) ++of_class[data.labelled().label(i)];
  EXPECT_EQ(of_class, (std::map<i64, i64>{{0, 4}, {1, 4}, {2, 4}}));
  EXPECT_EQ(data.facts(), (Facts{{"classes", "3"}}));
  EXPECT_EQ(partly_labelled(numbered(), {.per_class = 10}).labelled().size(), 30) << "all of the smallest class";
}

TEST(PartlyLabelled, TheSeedOfTheLabelsAloneDrawsThem) {
  const auto drawn = [](u64 seed) {
    return labelled_ones(partly_labelled(numbered(), {.per_class = 4, .seed = seed}));
  };
  std::set<std::set<i64>> different;
  for (u64 seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(drawn(seed), drawn(seed));
    different.insert(drawn(seed));
  }
  EXPECT_EQ(different.size(), 20u);
  std::set<i64> ever;  // each image has the chance of a label: of class 0, 4 of 30
  for (u64 seed = 0; seed < 100; ++seed) ever.merge(drawn(seed));
  EXPECT_EQ(ever.size(), 60u);
}

TEST(PartlyLabelled, AllImagesAreMetWithoutTheirLabels) {
  const PartlyLabelled data = partly_labelled(numbered(), {.per_class = 4});
  const std::set<i64> known = labelled_ones(data);
  for (u64 epoch = 0; epoch < 3; ++epoch) {
    const Parts parts = data.batch(all_indices(data), {7, epoch});
    EXPECT_EQ(parts.integers("x"), all_indices(data));
    std::map<i64, i64> met;
    const std::vector<i64> ys = parts.integers("y"), labels = parts.integers("labels");
    for (std::size_t i = 0; i < ys.size(); ++i) {
      EXPECT_EQ(known.count(ys[i]), 1u) << ys[i];
      EXPECT_EQ(labels[i], ys[i] < 30 ? 0 : ys[i] < 50 ? 1 : 2) << "the label is that of y";
      ++met[ys[i]];
    }
    for (const i64 y : known) EXPECT_EQ(met[y], 5) << "60 / 12";
  }
}

TEST(PartlyLabelled, WhatGoesTogetherHasNothingInCommon) {
  const PartlyLabelled data = partly_labelled(numbered(), {.per_class = 10});
  i64 same = 0, of_class = 0;
  for (u64 epoch = 0; epoch < 100; ++epoch) {
    const Parts parts = data.batch(all_indices(data), {7, epoch});
    const std::vector<i64> xs = parts.integers("x"), ys = parts.integers("y"), labels = parts.integers("labels");
    for (std::size_t i = 0; i < xs.size(); ++i) {
      same += xs[i] == ys[i];
      of_class += (xs[i] < 30 ? 0 : xs[i] < 50 ? 1 : 2) == labels[i];
    }
  }
  EXPECT_NEAR(static_cast<double>(same), 100, 50) << "one of 60 in a batch of 60";
  EXPECT_NEAR(static_cast<double>(of_class), 2000, 200) << "one third";
}

TEST(PartlyLabelled, KeepsThePromisesOfSources) {
  const auto made = [](i64 per_class, u64 seed) {
    return Source(partly_labelled(numbered(), {.per_class = per_class, .seed = seed}));
  };
  test::expect_pure(made(2, 1));
  test::expect_loads(made(2, 1));
  EXPECT_TRUE(test::draws_anew(made(2, 1)));
  test::expect_different({made(2, 1), made(3, 1), made(2, 2), numbered()});
}

TEST(PartlyLabelled, RefusesWhatCannotBeLabelled) {
  expect_error<ValueError>([] { partly_labelled(numbered(), {.per_class = 11}); },
                           "[partly_labelled] class 'c' has 10 images; 11 are to be labelled");
  expect_error<ValueError>([] { partly_labelled(numbered(), {.per_class = 0}); }, "at least 1 is needed");
  expect_error<ValueError>([] { partly_labelled(test::noise({4, 2, 2, 1})); }, "have no labels");
}

}  // namespace
}  // namespace gan::data
