// The command line: values, help, and what is said about mistakes.
#include "gan/app/options.hpp"

#include <gmock/gmock.h>

#include "support/files.hpp"
#include "gan/app/training.hpp"
#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"
#include "gan/core/suggest.hpp"

namespace gan::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Values {
  i64 epochs = 25;
  int threads = 2;
  u64 seed = 1;
  double rate = 0.0002;
  std::string out = "run", loss = "saturating";
  bool quiet = false;

  Options options() {
    Options o("dcgan", "trains a DCGAN");
    o.add("--epochs", epochs, "passes over the data", {.min = 1, .max = 100000});
    o.add("--threads", threads, "threads to use", {.min = 1});
    o.add("--seed", seed, "seed of everything random");
    o.add("--learning-rate", rate, "Adam's step", {.min = 0, .max = 10});
    o.add("--out DIR", out, "where to write");
    o.add("--loss", loss, "what the generator minimises", {"saturating", "non-saturating"});
    o.add("--quiet", quiet, "no progress");
    return o;
  }
  bool parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "dcgan");
    return options().parse(static_cast<int>(arguments.size()), arguments.data());
  }
};

std::string fault(std::vector<const char*> arguments) {
  return test::message_of<UsageError>([&] { return Values().parse(arguments); });
}

TEST(Options, ReadsEveryKindOfValue) {
  Values v;
  EXPECT_TRUE(v.parse({"--epochs", "3", "--threads=4", "--seed", "18446744073709551615", "--learning-rate", "1e-3",
                       "--out", "-x y", "--loss=non-saturating", "--quiet"}));
  EXPECT_EQ(v.epochs, 3);
  EXPECT_EQ(v.threads, 4);
  EXPECT_EQ(v.seed, ~u64{0});
  EXPECT_EQ(v.rate, 1e-3);
  EXPECT_EQ(v.out, "-x y");
  EXPECT_EQ(v.loss, "non-saturating");
  EXPECT_TRUE(v.quiet);
  EXPECT_TRUE(v.parse({"--quiet=false", "--out=", "--epochs=1", "--epochs=7"}));
  EXPECT_FALSE(v.quiet);
  EXPECT_EQ(v.out, "");
  EXPECT_EQ(v.epochs, 7);
  EXPECT_TRUE(v.parse({}));
}

TEST(Options, AnUnknownFlagTellsTheNearest) {
  EXPECT_EQ(fault({"--epoch", "3"}), "unknown flag '--epoch'; did you mean '--epochs'?");
  EXPECT_EQ(fault({"--epoch=3"}), "unknown flag '--epoch'; did you mean '--epochs'?");
  EXPECT_THAT(fault({"--lerning-rate", "1"}), HasSubstr("'--learning-rate'"));
  EXPECT_THAT(fault({"--hepl"}), HasSubstr("'--help'"));
  EXPECT_THAT(fault({"-s"}), HasSubstr("unknown flag '-s'"));
  EXPECT_THAT(fault({"3"}), HasSubstr("unexpected argument '3'"));
  EXPECT_THAT(fault({""}), HasSubstr("unexpected argument"));
  EXPECT_THAT(fault({"--"}), HasSubstr("unknown flag '--'"));
  EXPECT_THAT(fault({("--" + std::string(1 << 20, 'x')).c_str()}), HasSubstr("unknown flag"));
}

TEST(Options, AWrongValueTellsTheNearest) {
  EXPECT_EQ(fault({"--epochs", "0"}), "--epochs is 0, but it must be 1 to 100000; the nearest is 1");
  EXPECT_THAT(fault({"--epochs", "100001"}), HasSubstr("nearest is 100000"));
  EXPECT_THAT(fault({"--epochs", "99999999999999999999"}), AllOf(HasSubstr("out of range"), HasSubstr("100000")));
  EXPECT_THAT(fault({"--threads", "2147483648"}), HasSubstr("nearest is 2147483647"));
  EXPECT_THAT(fault({"--threads", "-1"}), HasSubstr("nearest is 1"));
  EXPECT_THAT(fault({"--learning-rate", "-1e-9"}), HasSubstr("nearest is 0"));
  EXPECT_EQ(fault({"--loss", "nonsaturating"}),
            "--loss cannot be 'nonsaturating'; did you mean 'non-saturating'? It is one of saturating|non-saturating");
  EXPECT_THAT(fault({"--quiet=treu"}), HasSubstr("did you mean 'true'"));
  for (const char* text : {"", "x", "3x", " 3", "3.5", "1e5", "0x10", "+3"})
    EXPECT_THAT(fault({"--epochs", text}), HasSubstr("--epochs needs a whole number"));
  for (const char* text : {"", "nan", "inf", "-inf", "1e999", "1,5", "0.1f"})
    EXPECT_THAT(fault({"--learning-rate", text}), HasSubstr("--learning-rate needs a finite number"));
  for (const char* text : {"-1", "18446744073709551616", "x"})
    EXPECT_THAT(fault({"--seed", text}), HasSubstr("--seed needs"));
}

TEST(Options, AMissingValueIsNoticed) {
  EXPECT_EQ(fault({"--out"}), "--out needs a value: --out DIR");
  EXPECT_EQ(fault({"--out", "--epochs", "3"}), "--out needs a value: --out DIR");
}

TEST(Options, AFlagHasTwoNames) {
  i64 rounds = 0;
  std::string out;
  Options o("p", "plays");
  o.add("--rounds N", rounds, "to play", {.min = 0, .max = 9}).also_called("steps");
  o.add("--out DIR", out, "folder");
  const auto parse = [&](std::vector<const char*> words) {
    words.insert(words.begin(), "p");
    return o.parse(static_cast<int>(words.size()), words.data());
  };
  EXPECT_TRUE(parse({"--steps", "3"}));
  EXPECT_EQ(rounds, 3);
  EXPECT_TRUE(parse({"--rounds=4", "--steps=5"}));
  EXPECT_EQ(rounds, 5) << "the last counts";
  EXPECT_EQ(o.toml(), "rounds = 5\nout = \"\"\n");
  EXPECT_THAT(o.help(), HasSubstr("  --rounds N     to play (default 0; 0 to 9; also --steps)\n"));
  EXPECT_THAT(test::message_of<UsageError>([&] { return parse({"--steps", "10"}); }), HasSubstr("the nearest is 9"));

  const std::string path = test::temporary("steps.toml");
  const auto read = [&](const std::string& text) {
    test::write_file(path, test::bytes_of(text));
    o.read_config(path);
  };
  read("steps = 7\n");
  EXPECT_EQ(rounds, 7);
  EXPECT_EQ(test::message_of<UsageError>([&] { read("steps = 1\nout = 'a'\nrounds = 2\n"); }),
            path + ":3: rounds is another name of steps, which is there already");
  EXPECT_EQ(test::message_of<UsageError>([&] { read("steps = -1\n"); }),
            path + ":1: steps is -1, but it must be 0 to 9; the nearest is 0");

  i64 other = 0;
  EXPECT_THROW(o.add("--steps N", other, "taken"), ValueError);
  EXPECT_THROW(o.also_called("rounds"), ValueError);
  EXPECT_THROW(o.also_called("config"), ValueError);
  EXPECT_THROW(Options("p", "nothing").also_called("x"), ValueError);
}

TEST(Options, HelpIsAligned) {
  EXPECT_EQ(Values().options().help(),
            "dcgan: trains a DCGAN\n\n"
            "usage: dcgan [--flag VALUE | --flag=VALUE] ...\n\n"
            "  --epochs N                        passes over the data (default 25; 1 to 100000)\n"
            "  --threads N                       threads to use (default 2; at least 1)\n"
            "  --seed N                          seed of everything random (default 1)\n"
            "  --learning-rate X                 Adam's step (default 0.0002; 0 to 10)\n"
            "  --out DIR                         where to write (default run)\n"
            "  --loss saturating|non-saturating  what the generator minimises (default saturating)\n"
            "  --quiet                           no progress (default off)\n"
            "  --config FILE                     take flags from this TOML file; those given beside it win\n"
            "  --help                            show this text\n"
            "  --version                         show the version\n");
}

TEST(Options, HelpAndVersionEndTheProgram) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(Values().parse({"--epochs", "3", "--help", "--nonsense"}));
  EXPECT_FALSE(Values().parse({"-h"}));
  EXPECT_FALSE(Values().parse({"--version"}));
  EXPECT_THAT(testing::internal::GetCapturedStdout(), AllOf(HasSubstr("usage: dcgan"), HasSubstr("dcgan (libgan ")));
}

TEST(Options, FlagsAreDeclaredOnce) {
  Values v;
  Options o = v.options();
  EXPECT_THROW(o.add("--epochs N", v.epochs, "again"), ValueError);
  EXPECT_THROW(o.add("epochs", v.epochs, "no dashes"), ValueError);
  EXPECT_THROW(o.add("--a.b", v.epochs, "a point"), ValueError);
  EXPECT_THROW(o.add("--config", v.out, "there is one"), ValueError);
  EXPECT_THROW(Options("p", "nothing").implicit_value("x"), ValueError);
}

TEST(Run, TurnsExceptionsIntoExitCodes) {
  char name[] = "/usr/bin/dcgan";
  char* argv[] = {name, nullptr};
  const auto code = [&](auto body) { return run(1, argv, [&](int, char**) -> int { return body(); }); };
  testing::internal::CaptureStderr();
  EXPECT_EQ(code([] { return 0; }), 0);
  EXPECT_EQ(code([] { return 7; }), 7);
  EXPECT_EQ(code([]() -> int { throw UsageError("u"); }), 2);
  EXPECT_EQ(code([]() -> int { throw DataError("d"); }), 3);
  EXPECT_EQ(code([]() -> int { throw FormatError("f"); }), 3);
  EXPECT_EQ(code([]() -> int { throw IoError("i"); }), 1);
  EXPECT_EQ(code([]() -> int { throw std::bad_alloc(); }), 1);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, AllOf(HasSubstr("dcgan: error: u\n(dcgan --help lists"), HasSubstr("dcgan: error: d\n"),
                          HasSubstr("dcgan: error: out of memory\n")));
}

TEST(Nearest, CountsEdits) {
  const std::string names[] = {"mnist", "fashion-mnist", "shapes"};
  EXPECT_EQ(nearest("mnits", names), "mnist");
  EXPECT_EQ(nearest("SHAPE", names), "shapes");
  EXPECT_EQ(nearest("fashion", names), "fashion-mnist");
  EXPECT_EQ(nearest("x", {}), "");
  const std::string swaps[] = {"abc", "bac"};
  EXPECT_EQ(nearest("acb", swaps), "abc");
}

TEST(TrainingFlags, DeterministicIsSetForTheProcess) {
  TrainingFlags flags;
  flags.device = "cpu";
  for (const bool wanted : {true, false}) {
    flags.deterministic = wanted;
    flags.apply();
    EXPECT_EQ(deterministic(), wanted);
  }
}

}  // namespace
}  // namespace gan::app
