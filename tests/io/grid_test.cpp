// Grids: layout, rounding, clamping.
#include "gan/io/grid.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/files.hpp"
#include "gan/io/png.hpp"

namespace gan::io {
namespace {

/// n images of h x w x c, image i filled with value(i).
template <class T, class F>
Tensor<T> images(Shape shape, F value) {
  Tensor<T> t(shape);
  T* data = t.mutable_data();
  for (i64 i = 0; i < t.size(); ++i) data[i] = static_cast<T>(value(i / shape.stride0()));
  return t;
}

template <class T>
class Grid : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(Grid, Scalars);

TYPED_TEST(Grid, LaysImagesOutInRows) {
  const auto t = images<TypeParam>({7, 3, 4, 3}, [](i64 i) { return static_cast<double>(i + 1) / 10; });
  const Image p = make_grid(t, {.rows = 2, .columns = 3, .low = 0, .high = 1});
  ASSERT_EQ(p.width, 3 * 6 + 2);
  ASSERT_EQ(p.height, 2 * 5 + 2);
  ASSERT_EQ(p.channels, 3);
  for (i64 y = 0; y < p.height; ++y) {
    for (i64 x = 0; x < p.width; ++x) {
      const bool inside = y % 5 >= 2 && x % 6 >= 2;
      const int expected =
          inside ? static_cast<int>(std::nearbyint(25.5 * static_cast<double>(y / 5 * 3 + x / 6 + 1))) : 0;
      for (i64 c = 0; c < 3; ++c)
        EXPECT_NEAR(p.pixels[static_cast<std::size_t>((y * p.width + x) * 3 + c)], expected, 1) << y << " " << x;
    }
  }
}

TEST(Grid, IsNoLargerThanItsImages) {
  const auto grid = [](i64 n) {
    return make_grid(Tensor<float>::from(std::vector<float>(static_cast<std::size_t>(n)), {n, 1, 1, 1}));
  };
  EXPECT_EQ(grid(3).width, 3 * 3 + 2);
  EXPECT_EQ(grid(3).height, 5);
  EXPECT_EQ(grid(9).width, 8 * 3 + 2);
  EXPECT_EQ(grid(9).height, 2 * 3 + 2);
  EXPECT_EQ(grid(100).height, 8 * 3 + 2);
}

TEST(Grid, RoundsHalfToEvenAndClamps) {
  const std::vector<double> values{0.5, 1.5, 2.5, 3.49, 3.51, -7, 254.5, 255.4, 300, NAN, INFINITY, -INFINITY};
  const std::vector<int> bytes{0, 2, 2, 3, 4, 0, 254, 255, 255, 0, 255, 0};
  const auto n = static_cast<i64>(values.size());
  const Image p = make_grid(Tensor<double>::from(values, {1, 1, n, 1}), {.padding = 0, .low = 0, .high = 255});
  EXPECT_EQ(std::vector<int>(p.pixels.begin(), p.pixels.end()), bytes);
  const Image signs = make_grid(Tensor<float>::from({-1, 0, 1}, {1, 1, 3, 1}), {.padding = 0});
  EXPECT_EQ(signs.pixels, (std::vector<u8>{0, 128, 255}));  // 127.5 is as near to 128, which is even
}

TEST(Grid, SavesWhatItMakes) {
  const auto t = images<float>({4, 5, 5, 1}, [](i64 i) { return 0.3 * static_cast<double>(i) - 0.5; });
  const std::string path = test::temporary("grid.png");
  save_grid(path, t, {.rows = 2, .columns = 2});
  const Image p = make_grid(t, {.rows = 2, .columns = 2});
  EXPECT_EQ(test::read_file(path), encode_png(p.pixels, {.width = p.width, .height = p.height, .channels = 1}));
}

TEST(Grid, RefusesWhatIsNoImage) {
  EXPECT_THROW(make_grid(Tensor<float>()), ShapeError);
  EXPECT_THROW(make_grid(Tensor<float>({2, 3, 3})), ShapeError);
  EXPECT_THROW(make_grid(Tensor<float>({2, 3, 3, 2})), ShapeError);
  EXPECT_THROW(make_grid(Tensor<float>({0, 3, 3, 1})), ShapeError);
  const auto t = images<float>({1, 2, 2, 1}, [](i64) { return 0; });
  EXPECT_THROW(make_grid(t, {.rows = 0}), ValueError);
  EXPECT_THROW(make_grid(t, {.padding = -1}), ValueError);
  EXPECT_THROW(make_grid(t, {.low = 1, .high = 1}), ValueError);
}

}  // namespace
}  // namespace gan::io
