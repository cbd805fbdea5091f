// Options structs as text.
#include "gan/core/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace gan;
using testing::HasSubstr;

enum class Colour { red, green };
std::span<const char* const> enum_names(Colour) {
  static constexpr const char* names[] = {"red", "green"};
  return names;
}

struct Some {
  i64 latent = 100;
  double rate = 2e-4;
  bool fast = false;
  u64 seed = ~u64{0};
  std::string name = "a b";
  Colour colour = Colour::green;
  i64 width = 3;
  double share = 0.5;
  template <class F>
  void visit(F&& f) {
    f("latent", latent, "numbers in a latent vector");
    f("rate", rate, "learning rate");
    f("fast", fast, "whether");
    f("seed", seed, "of all");
    f("name", name, "its name");
    f("colour", colour, "its colour");
    f("width", width, "in pixels", IntRange{1, 9});
    f("share", share, "of all", RealRange{0, 0.9});
  }
};

std::string error_of(const std::string& text) {
  try {
    read_fields<Some>(text);
  } catch (const FormatError& e) { return e.what(); }
  return "no error";
}

TEST(Fields, SurviveAsText) {
  const Some some{.latent = -3, .rate = 0.1, .fast = true, .colour = Colour::red};
  const std::string text = write_fields(some);
  EXPECT_THAT(text, HasSubstr("latent = -3\nrate = 0.1\nfast = true\nseed = 18446744073709551615\nname = a b\n"));
  EXPECT_EQ(write_fields(read_fields<Some>(text)), text);
  EXPECT_EQ(read_fields<Some>("").latent, 100) << "what is not there keeps its default";
  EXPECT_EQ(read_fields<Some>("latent=7\r\n\n").latent, 7);
}

TEST(Fields, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT(error_of("latnet = 3"), HasSubstr("'latnet'; did you mean 'latent'"));
  EXPECT_THAT(error_of("latent = 3\nlatent = 4"), HasSubstr("'latent' is there twice"));
  EXPECT_THAT(error_of("latent = 3.5"), HasSubstr("latent: '3.5' is no whole number"));
  EXPECT_THAT(error_of("rate = inf"), HasSubstr("rate: 'inf' is not finite"));
  EXPECT_THAT(error_of("fast = yes"), HasSubstr("fast: 'yes' is neither"));
  EXPECT_THAT(error_of("colour = gren"), HasSubstr("did you mean 'green'"));
  EXPECT_THAT(error_of("latent"), HasSubstr("is not 'name = value'"));
  EXPECT_THAT(error_of("seed = -1"), HasSubstr("whole number from 0"));
}

std::string fault_of(const Some& some) {
  try {
    require_fields(some, "Some");
  } catch (const ValueError& e) { return e.what(); }
  return "no error";
}

TEST(Fields, HaveTheRangeThatVisitStates) {
  EXPECT_EQ(fault_of({}), "no error");
  EXPECT_EQ(fault_of({.latent = std::numeric_limits<i64>::min(), .width = 9, .share = 0}), "no error");
  EXPECT_EQ(fault_of({.width = 0}), "[Some] width is 0, but it must be 1 to 9; the nearest is 1");
  EXPECT_EQ(fault_of({.width = i64{1} << 62}),
            "[Some] width is 4611686018427387904, but it must be 1 to 9; the nearest is 9");
  EXPECT_EQ(fault_of({.share = -1e-9}), "[Some] share is -1e-09, but it must be 0 to 0.9; the nearest is 0");
  EXPECT_EQ(fault_of({.share = std::nan("")}), "[Some] share is nan, but it must be finite");
  EXPECT_EQ(fault_of({.rate = HUGE_VAL}), "[Some] rate is inf, but it must be finite");
  EXPECT_EQ(fault_of({.colour = static_cast<Colour>(2)}), "[Some] colour is number 2, but it must be one of red|green");
  EXPECT_EQ(error_of("width = 10"), "width is 10, but it must be 1 to 9; the nearest is 9");
  EXPECT_EQ(error_of("share = 1"), "share is 1, but it must be 0 to 0.9; the nearest is 0.9");
  EXPECT_EQ(read_fields<Some>("width = 9\nshare = 0.9").width, 9);
}

}  // namespace
