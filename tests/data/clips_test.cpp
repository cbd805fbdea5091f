// Clips: which images they hold, sequences in folders.
#include "gan/data/clips.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <numeric>

#include "support/sources.hpp"

namespace gan::data {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Images of one pixel whose byte is their number.
Images counted(i64 n) {
  std::vector<u8> pixels(static_cast<std::size_t>(n));
  std::iota(pixels.begin(), pixels.end(), u8{0});
  return Images(std::move(pixels), {n, 1, 1, 1}).scale(0, 255);
}

/// The images of each clip.
std::vector<std::vector<i64>> numbers(const Source& clips) {
  std::vector<i64> all(static_cast<std::size_t>(clips.size()));
  std::iota(all.begin(), all.end(), 0);
  const Parts parts = clips.batch(all);
  EXPECT_EQ(parts.names(), "frames");
  const std::vector<i64> flat = parts.integers("frames");
  const auto frames = parts["frames"].shape(1);
  std::vector<std::vector<i64>> rows;
  for (auto at = flat.begin(); at != flat.end(); at += frames) rows.emplace_back(at, at + frames);
  return rows;
}
using Rows = std::vector<std::vector<i64>>;

TEST(Clips, BeginAtEveryImage) {
  EXPECT_EQ(numbers(clips(counted(5), {.frames = 3})), (Rows{{0, 1, 2}, {1, 2, 3}, {2, 3, 4}}));
  EXPECT_EQ(numbers(clips(counted(6), {.frames = 3, .stride = 2})), (Rows{{0, 2, 4}, {1, 3, 5}}));
  EXPECT_EQ(numbers(clips(counted(2), {.frames = 1})), (Rows{{0}, {1}}));
  EXPECT_EQ(numbers(clips(counted(5))), (Rows{{0, 1, 2, 3, 4}}));
}

TEST(Clips, StayWithinTheirSequence) {
  EXPECT_EQ(numbers(Clips(counted(8), {3, 1, 4}, {.frames = 2})), (Rows{{0, 1}, {1, 2}, {4, 5}, {5, 6}, {6, 7}}));
  const Source wide = clips(test::noise({6, 4, 5, 3}), {.frames = 2});
  const i64 first[] = {3};
  EXPECT_EQ(wide.batch(first)["frames"].shape(), (Shape{1, 2, 4, 5, 3}));
}

TEST(Clips, AreMirroredAsAWhole) {
  const Images images(std::vector<u8>{0, 1, 2, 3, 4, 5, 6, 7}, {4, 1, 2, 1});
  const Source source = clips(images.scale(0, 255).flipped(), {.frames = 2});
  int mirrored = 0;
  for (u64 epoch = 0; epoch < 100; ++epoch) {
    const i64 second[] = {1};
    const std::vector<i64> clip = source.batch(second, {1, epoch}).integers("frames");
    mirrored += clip == std::vector<i64>{3, 2, 5, 4};
    EXPECT_TRUE(clip == (std::vector<i64>{3, 2, 5, 4}) || clip == (std::vector<i64>{2, 3, 4, 5}));
  }
  EXPECT_NEAR(mirrored, 50, 25);
  EXPECT_EQ(clips(images, {.frames = 2, .flip = true}).checksum(), clips(images.flipped(), {.frames = 2}).checksum());
}

TEST(Clips, KeepThePromisesOfSources) {
  const Images images = test::noise({12, 3, 4, 3});
  const std::vector<Source> sources{images,
                                    clips(images, {.frames = 3}),
                                    clips(images, {.frames = 2}),
                                    clips(images, {.frames = 3, .stride = 2}),
                                    clips(images, {.frames = 3, .flip = true}),
                                    clips(images.scale(0, 1), {.frames = 3}),
                                    Clips(images, {6, 6}, {.frames = 3})};
  for (const Source& source : sources) {
    test::expect_pure(source);
    test::expect_loads(source);
  }
  test::expect_different(sources);
  EXPECT_TRUE(test::draws_anew(sources[4]));
  EXPECT_FALSE(test::draws_anew(sources[1]));
}

TEST(Clips, RefuseWhatDoesNotFit) {
  EXPECT_THROW(clips(counted(4)), ValueError);
  EXPECT_THROW(clips(counted(4), {.frames = 0}), ValueError);
  EXPECT_THROW(clips(counted(4), {.frames = 2, .stride = 0}), ValueError);
  EXPECT_THROW(clips(counted(4), {.frames = 3, .stride = 2}), ValueError);
  EXPECT_THROW(Clips(counted(4), {2, 3}, {.frames = 2}), ValueError);
  EXPECT_THROW(Clips(counted(4), {5, -1}, {.frames = 2}), ValueError);
  EXPECT_THROW(clips(Images(), {.frames = 1}), ValueError);
}

TEST(Clips, FoldersAreSequences) {
  const fs::path root = test::temporary("clips");
  const Images images = test::noise({6, 4, 4, 3});
  const char* names[] = {"a/00.png", "a/01.png", "a/02.png", "b/00.png", "c/x/1.png", "c/x/2.png"};
  for (i64 i = 0; i < 6; ++i) test::write_png(root / names[i], images, i);
  const Source all = clips(root.string(), {.frames = 2});
  ASSERT_EQ(all.size(), 3);
  const i64 last[] = {2}, frames[] = {4, 5};
  EXPECT_EQ(all.batch(last)["frames"].to_vector(), images.batch(frames)["x"].to_vector());
  EXPECT_EQ(clips((root / "a").string(), {.frames = 2}, {.size = 2, .channels = 1}).size(), 2);
  EXPECT_EQ(clips(root.string(), {.frames = 2}, {.count = 4}).size(), 2);
  EXPECT_THAT(test::message_of<DataError>([&] { clips(root.string(), {.frames = 4}); }),
              HasSubstr("no folder has the 4 images of a clip"));
  EXPECT_THROW(clips(root.string(), {.frames = 2}, {.skip_unreadable = true}), ValueError);
  fs::remove_all(root);
}

}  // namespace
}  // namespace gan::data
