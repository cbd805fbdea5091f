// What a program runs on: what is told of it, and how.
#include "gan/app/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cctype>

#include "gan/config.hpp"
#include "gan/core/fields.hpp"
#include "gan/core/parallel.hpp"

namespace gan::app {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

TEST(EnvironmentOfARun, TellsWhatMayChangeItsBits) {
  const int before = threads();
  set_threads(3);
  const Environment e = environment();
  set_threads(before);
  EXPECT_EQ(e.threads, 3);
  EXPECT_EQ(e.libgan, GAN_VERSION_STRING);
  EXPECT_THAT(e.isa, AnyOf("base", "v2", "v3", "v4"));
  EXPECT_GT(e.cores, 0);
  EXPECT_GE(e.cuda_devices, 0);
  for (const std::string& text : {e.compiler, e.os, e.cpu, e.blas}) {
    EXPECT_NE(text, "");
    EXPECT_THAT(text, Not(HasSubstr("\n")));
  }
}

TEST(EnvironmentOfARun, TellsNothingOfTheMachine) {
  char name[256] = {};
  ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
  const std::string text = to_json(environment()), machine = name;
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; };
  for (std::size_t at = text.find(machine); at != text.npos && !machine.empty(); at = text.find(machine, at + 1)) {
    const std::size_t end = at + machine.size();  // a short name may well be a part of some word
    EXPECT_TRUE((at > 0 && in_word(text[at - 1])) || (end < text.size() && in_word(text[end])))
        << "the host's name '" << machine << "' in " << text;
  }
}

TEST(EnvironmentOfARun, IsJson) {
  const Environment e{.libgan = "1.2",
                      .compiler = "a \"quoted\" \\ one",
                      .os = "line\nbreak",
                      .cpu = "c",
                      .isa = "v3",
                      .blas = "b",
                      .cores = 4,
                      .threads = 2,
                      .cuda_devices = 0};
  EXPECT_EQ(to_json(e),
            "{\n"
            "  \"libgan\": \"1.2\",\n"
            "  \"compiler\": \"a \\\"quoted\\\" \\\\ one\",\n"
            "  \"os\": \"line\\u000Abreak\",\n"
            "  \"cpu\": \"c\",\n"
            "  \"isa\": \"v3\",\n"
            "  \"blas\": \"b\",\n"
            "  \"cores\": 4,\n"
            "  \"threads\": 2,\n"
            "  \"cuda_devices\": 0\n"
            "}\n");
}

TEST(EnvironmentOfARun, SurvivesAsFields) {
  Environment e = environment();
  e.cuda_devices = 7;
  const Environment read = read_fields<Environment>(write_fields(e));
  EXPECT_EQ(to_json(read), to_json(e));
}

}  // namespace
}  // namespace gan::app
