// Errors: what they derive from, and the message of those about shapes.
#include "gan/core/error.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"

namespace gan {
namespace {

template <class E>
bool is_caught_as_error() {
  try {
    throw E("[op] what");
  } catch (const Error& e) { return std::string(e.what()) == "[op] what"; }
}

TEST(Errors, AllAreCaughtAsError) {
  EXPECT_TRUE(is_caught_as_error<ShapeError>());
  EXPECT_TRUE(is_caught_as_error<ValueError>());
  EXPECT_TRUE(is_caught_as_error<DeviceError>());
  EXPECT_TRUE(is_caught_as_error<IoError>());
  EXPECT_TRUE(is_caught_as_error<FormatError>());
  EXPECT_TRUE(is_caught_as_error<DataError>());
  EXPECT_TRUE(is_caught_as_error<UsageError>());
  EXPECT_THROW(throw OutOfMemory("[memory] none"), DeviceError);
}

TEST(Errors, OfShapesListThemInTheirOrder) {
  const Shape both[] = {Shape{2, 3}, Shape{}};
  EXPECT_EQ(test::message_of<ShapeError>([&] { throw_shape_error("op", "do not fit", both); }),
            "[op] do not fit: (2, 3), ()");
  EXPECT_EQ(test::message_of<ShapeError>([] { throw_shape_error("op", "do not fit", {}); }), "[op] do not fit");
}

TEST(Errors, TheCheckAsksOnceAndThrowsOnlyWhereItFails) {
  int asked = 0;
  GAN_CHECK_SHAPE(++asked == 1, "op", "never said", Shape{1});
  EXPECT_EQ(test::message_of<ShapeError>([&] {
              GAN_CHECK_SHAPE(++asked == 1, "op", "said", Shape{1}, Shape{0, 2});
            }),
            "[op] said: (1), (0, 2)");
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace gan
