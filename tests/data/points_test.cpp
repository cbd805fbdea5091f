// Points: numbers that stay as they are, labels, checksums.
#include "gan/data/points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "gan/data/loader.hpp"

namespace gan::data {
namespace {

const std::vector<float> values{1.5f, -200, 3e-9f, 4, 5, 6};

Points three() { return Points(values, {3, 2}, {.labels = {0, 1, 0}, .classes = {"a", "b"}, .captions = {}}); }

TEST(Points, StayAsTheyAre) {
  const Points d = three();
  EXPECT_EQ(d.size(), 3);
  EXPECT_EQ(d.shape(), (Shape{3, 2}));
  const i64 order[] = {2, 0};
  const Batch b = d.batch(order);
  EXPECT_EQ(b["x"].shape(), (Shape{2, 2}));
  EXPECT_EQ(b["x"].to_vector(), (std::vector<float>{5, 6, 1.5f, -200}));
  EXPECT_EQ(b["labels"].to_vector(), (std::vector<float>{0, 0}));
  EXPECT_EQ(b.indices, (std::vector<i64>{2, 0}));
  EXPECT_EQ(d.batch<double>(order)["x"].values()[3], -200);
  EXPECT_FALSE(Points(values, {3, 2}).batch(order).has("labels"));
  EXPECT_EQ(d.batches(2).batch_at(0)["x"].shape(), (Shape{2, 2}));
}

TEST(Points, TakeSharesAndChecks) {
  const Points d = three(), first = d.take(1);
  EXPECT_EQ(first.values().size(), 2u);
  EXPECT_EQ(first.values().data(), d.values().data());
  EXPECT_THROW(first.label(1), ValueError);
  EXPECT_THROW(d.take(0), ValueError);
  EXPECT_THROW(d.take(4), ValueError);
  const i64 past[] = {0, 1};
  EXPECT_THROW(first.batch(past), ValueError);
}

TEST(Points, TellTheirLabels) {
  EXPECT_EQ(three().label(1), 1);
  EXPECT_EQ(three().classes(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(three().facts(), (Facts{{"classes", "2"}}));
  EXPECT_THROW(three().label(3), ValueError);
  EXPECT_THROW(Points(values, {3, 2}).label(0), ValueError);
  EXPECT_EQ(Points(values, {3, 2}).facts(), Facts{});
}

TEST(Points, RefuseWhatDoesNotFit) {
  EXPECT_THROW(Points(values, {2, 2}), ShapeError);
  EXPECT_THROW(Points(values, {6}), ShapeError);
  EXPECT_THROW(Points({}, {0, 2}), ShapeError);
  EXPECT_THROW(Points({NAN}, {1, 1}), ValueError);
  EXPECT_THROW(Points({1}, {1, 1}, {.labels = {1}, .classes = {"a"}, .captions = {}}), ValueError);
  EXPECT_EQ(Points().size(), 0);
  const Points none;
  EXPECT_TRUE(none.values().empty());
  EXPECT_THROW(Points().batch({}), ValueError);
  EXPECT_THROW(Points().batches(1), ValueError);
}

TEST(Points, ChecksumsTellShapeNumbersAndLabels) {
  const std::set<std::string> different{three().checksum(), Points(values, {3, 2}).checksum(),
                                        Points(values, {2, 3}).checksum(), three().take(2).checksum(),
                                        Points({1.5f, -200, 3e-9f, 4, 5, 7}, {3, 2}).checksum()};
  EXPECT_EQ(different.size(), 5u);
  EXPECT_EQ(three().checksum(), three().checksum());
}

}  // namespace
}  // namespace gan::data
