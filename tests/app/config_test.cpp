// Configuration files: that they are read strictly and written so that they read back, by us and by Python's tomllib.
#include "gan/app/config.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "support/files.hpp"
#include "gan/app/options.hpp"
#include "gan/core/error.hpp"

namespace gan::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

enum class Loss { saturating, non_saturating };
std::span<const char* const> enum_names(Loss) {
  static constexpr const char* names[] = {"saturating", "non-saturating"};
  return names;
}

struct ModelOptions {
  i64 latent = 100;
  double learning_rate = 2e-4;
  Loss loss = Loss::saturating;
  template <class F>
  void visit(F&& f) {
    f("latent", latent, "numbers in a latent vector");
    f("learning_rate", learning_rate, "Adam's step");
    f("loss", loss, "what the generator minimises");
  }
};

struct Program {
  ModelOptions model;
  int threads = 2;
  u64 seed = 1;
  double ema = 0.5;
  i64 batch_size = 64;
  std::string out = "run", resume, mode = "a";
  bool quiet = false, dry_run = false;
  Options options{"dcgan", "trains"};

  Program() {
    options.add_fields(model);
    options.add("--threads N", threads, "threads to use", {.min = 1});
    options.add("--seed N", seed, "seed");
    options.add("--ema X", ema, "average", {.min = 0, .max = 1});
    options.add("--batch-size N", batch_size, "images", {.min = 2, .max = 65536});
    options.add("--out DIR", out, "where to write");
    options.add("--mode M", mode, "how", {"a", "b"});
    options.add("--quiet", quiet, "no progress");
    options.add("--resume PATH|auto", resume, "go on").implicit_value("auto").not_in_config();
    options.add("--dry-run", dry_run, "stop before training").not_in_config();
  }
  bool parse(std::vector<std::string> arguments) {
    std::vector<const char*> pointers{"dcgan"};
    for (const std::string& a : arguments) pointers.push_back(a.c_str());
    return options.parse(static_cast<int>(pointers.size()), pointers.data());
  }
};

std::string file_of(const std::string& text, const std::string& name = "c.toml") {
  const std::string path = test::temporary(name);
  test::write_file(path, test::bytes_of(text));
  return path;
}

/// What --config says about a file of this text, after its path.
std::string fault(const std::string& text) {
  const std::string path = file_of(text);
  const std::string message = test::message_of<UsageError>([&] { return Program().parse({"--config", path}); });
  EXPECT_THAT(message, HasSubstr(path));
  const std::size_t at = message.find(path);
  return at == std::string::npos ? message : message.substr(at + path.size());
}

TEST(Config, TheFileComesBeforeTheCommandLine) {
  const std::string path = file_of(
      "seed = 5 # five\nbatch-size = 1_000\nquiet = true\nema = 1\nlearning-rate = 1e-3\n"
      "loss = 'non-saturating'\nout = \"a \\\"b\\\" \\u00e9\"\n");
  Program p;
  EXPECT_TRUE(p.parse({"--seed", "9", "--quiet=false", "--config", path, "--threads=3"}));
  EXPECT_EQ(p.seed, 9u);
  EXPECT_EQ(p.batch_size, 1000);
  EXPECT_FALSE(p.quiet);
  EXPECT_EQ(p.ema, 1);
  EXPECT_EQ(p.model.learning_rate, 1e-3);
  EXPECT_EQ(p.model.loss, Loss::non_saturating);
  EXPECT_EQ(p.out, "a \"b\" \xC3\xA9");
  EXPECT_EQ(p.threads, 3);
  EXPECT_EQ(p.model.latent, 100);
  p.options.read_config(path);
  EXPECT_EQ(p.seed, 5u);
  EXPECT_THAT(test::message_of<UsageError>([&] {
                return p.parse({"--config", path, "--config=" + path});
              }),
              HasSubstr("twice"));
}

TEST(Config, FieldsOfAStructAreFlags) {
  Program p;
  EXPECT_TRUE(p.parse({"--learning-rate", "0.5", "--latent=7", "--loss", "non-saturating"}));
  EXPECT_EQ(p.model.learning_rate, 0.5);
  EXPECT_EQ(p.model.latent, 7);
  EXPECT_EQ(p.model.loss, Loss::non_saturating);
  EXPECT_EQ(test::message_of<UsageError>([&] {
              return p.parse({"--loss", "saturate"});
            }),
            "--loss cannot be 'saturate'; did you mean 'saturating'? It is one of saturating|non-saturating");
  EXPECT_THAT(p.options.help(), AllOf(HasSubstr("--latent N  "), HasSubstr("--loss saturating|non-saturating  ")));
}

TEST(Config, AFlagMayStandAlone) {
  Program p;
  EXPECT_TRUE(p.parse({"--resume", "--dry-run"}));
  EXPECT_EQ(p.resume, "auto");
  EXPECT_TRUE(p.dry_run);
  EXPECT_TRUE(p.parse({"--resume", "run/round_7"}));
  EXPECT_EQ(p.resume, "run/round_7");
  EXPECT_TRUE(p.parse({"--seed", "3", "--resume"}));
  EXPECT_EQ(p.resume, "auto");
  EXPECT_TRUE(p.parse({"--resume="}));
  EXPECT_EQ(p.resume, "");
  EXPECT_THAT(p.options.help(), HasSubstr("--resume [PATH|auto]  "));
}

TEST(Config, MistakesAreNamedWithTheirLines) {
  EXPECT_EQ(fault("seed = 1\nbatchsize = 3\n"), ":2: no such key 'batchsize'; did you mean 'batch-size'?");
  EXPECT_EQ(fault("batch_size = 3\n"), ":1: no such key 'batch_size'; did you mean 'batch-size'?");
  EXPECT_EQ(fault("\n\nbatch-size = 1"), ":3: batch-size is 1, but it must be 2 to 65536; the nearest is 2");
  EXPECT_EQ(fault("zzz = 1\nbatch-size = 1"), fault("zzz = 1\naaa = 1")) << "the first mistake of the file counts";
  EXPECT_EQ(fault("seed = 1\r\nbatch-size = 3.0\r\n"), ":2: batch-size needs a whole number, not the number 3.0");
  EXPECT_EQ(fault("batch-size = '3'"), ":1: batch-size needs a whole number, not the text '3'");
  EXPECT_EQ(fault("ema = '0.5'"), ":1: ema needs a number, not the text '0.5'");
  EXPECT_EQ(fault("ema = nan"), ":1: ema needs a finite number, not 'nan'");
  EXPECT_EQ(fault("ema = -inf"), ":1: ema needs a finite number, not '-inf'");
  EXPECT_EQ(fault("ema = 2"), ":1: ema is 2, but it must be 0 to 1; the nearest is 1");
  EXPECT_EQ(fault("quiet = 1"), ":1: quiet needs true or false, not the whole number 1");
  EXPECT_EQ(fault("out = 3"), ":1: out needs a text in quotes, not the whole number 3");
  EXPECT_EQ(fault("out = []"), ":1: out needs a text in quotes, not an array");
  EXPECT_EQ(fault("seed = 1979-05-27"), ":1: seed needs a whole number, not a date or time");
  EXPECT_EQ(fault("seed = -1"), ":1: seed needs a whole number from 0 to 2^64 - 1, not '-1'");
  EXPECT_EQ(fault("mode = 'c'"), ":1: mode cannot be 'c'; did you mean 'a'? It is one of a|b");
  EXPECT_EQ(fault("[seed]\nx = 1"), ":1: seed needs a whole number, not a table");
  EXPECT_EQ(fault("resume = 'auto'"), ":1: 'resume' is for the command line, not for a configuration file");
  EXPECT_THAT(fault("config = 'c.toml'"), StartsWith(":1: no such key 'config'"));
  EXPECT_THAT(fault("seed = 1\nseed = 2\n"), StartsWith(":2: "));
  EXPECT_THAT(fault("threads = 99999999999"), HasSubstr("nearest is 2147483647"));
  for (const char* text : {"a. = 1", "[a.]", "seed = 1\xC3\xA9", "\xC3\xA9 = 1", "seed\xE3\x80\x80= 1",
                           "seed = 99999999999999999999", "seed", "seed =", "= 1", "seed = 1 2", "ema = 1e999999",
                           "out = \"\\q\"", "out = 'a", "quiet = True", "seed: 1", "--seed = x"})
    EXPECT_THAT(fault(text), StartsWith(":1: ")) << text;
}

TEST(Config, HostileFilesAreRefusedSoon) {
  EXPECT_THAT(fault(std::string("seed = 1\0", 9)), StartsWith(":1: "));
  EXPECT_THAT(fault("out = \"\xFF\xFE\""), StartsWith(":1: "));
  EXPECT_THAT(fault(std::string(100000, '[')), StartsWith(":1: "));
  EXPECT_THAT(fault("out = " + std::string(100000, '[')), StartsWith(":1: "));
  std::string tables = "out = ", dotted = "a", headers;
  for (int i = 0; i < 50000; ++i) {
    tables += "{a=";
    dotted += ".a";
    headers += "[a" + std::to_string(i) + "]\n";
  }
  EXPECT_THAT(fault(tables), StartsWith(":1: "));
  EXPECT_THAT(fault(dotted + " = 1"), HasSubstr("more than 2000 points"));
  EXPECT_THAT(fault("out = '" + std::string(1999, '.') + "'\nx" + dotted.substr(0, 3) + " = 1"), StartsWith(":2: "));
  EXPECT_THAT(fault(dotted.substr(0, 2 * 2000 + 1) + " = 1"), StartsWith(":1: no such key 'a'"));
  EXPECT_THAT(fault(headers), StartsWith(":1: no such key 'a0'"));
  EXPECT_THAT(fault(std::string(1 << 19, 'x') + " = 1"), StartsWith(":1: no such key 'xxx"));
  EXPECT_THAT(fault(std::string((1 << 20) + 1, '#')), HasSubstr("larger than 1048576 bytes"));
  Program p;
  EXPECT_TRUE(p.parse({"--config", file_of("\xEF\xBB\xBFseed = 7\r\n")}));  // a byte order mark is ignored
  EXPECT_EQ(p.seed, 7u);
  EXPECT_TRUE(p.parse({"--config", file_of("")}));
}

TEST(Config, WhatIsNoRegularFileIsRefused) {
  const auto refusal = [](const std::string& path) {
    return test::message_of<UsageError>([&] { return Program().parse({"--config", path}); });
  };
  const std::string fifo = test::temporary("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(refusal(fifo), HasSubstr("is not a regular file"));
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("/dev/zero: is not a regular file"));
  EXPECT_THAT(refusal("/"), HasSubstr("is not a regular file"));
  EXPECT_THAT(refusal(fifo + ".none"), HasSubstr("cannot be opened: No such file"));
  EXPECT_THAT(refusal(""), HasSubstr("cannot be opened"));
}

/// Values that are hard to write.
void make_hard(Program& p) {
  p.model.learning_rate = 0.1 + 0.2;
  p.seed = ~u64{0};
  p.ema = 1;
  p.batch_size = 65536;
  p.out = "a\"b\\c\td\ne\x01\x7F 'f' # \xC3\xA9 \xF0\x9F\x98\x80";
  p.quiet = true;
  p.resume = "auto";
}

TEST(Config, WhatIsWrittenReadsBack) {
  Program p;
  make_hard(p);
  const std::string text = p.options.toml();
  EXPECT_THAT(text, StartsWith("latent = 100\nlearning-rate = 0.30000000000000004\nloss = \"saturating\"\nthreads = 2\n"
                               "seed = \"18446744073709551615\"\nema = 1.0\nbatch-size = 65536\nout = \"a\\\"b\\\\c"));
  EXPECT_THAT(text, testing::EndsWith("mode = \"a\"\nquiet = true\n"));
  Program q;
  EXPECT_TRUE(q.parse({"--config", file_of(text)}));
  EXPECT_EQ(q.options.toml(), text);
  EXPECT_EQ(q.model.learning_rate, 0.1 + 0.2);
  EXPECT_EQ(q.seed, ~u64{0});
  EXPECT_EQ(q.out, p.out);
  EXPECT_EQ(q.resume, "");
  for (const double x : {5e-324, 1.7976931348623157e308, -0.0, 1e22, 1e-7, 123456789012345680.0, 1.0 / 3}) {
    const auto entry = parse_config("x = " + config_text(x), "x").at(0);
    EXPECT_EQ(entry.type, ConfigType::real) << x;
    EXPECT_EQ(std::strtod(entry.value.c_str(), nullptr), x);
    EXPECT_EQ(std::signbit(std::strtod(entry.value.c_str(), nullptr)), std::signbit(x));
  }
  for (const i64 n : {std::numeric_limits<i64>::min(), std::numeric_limits<i64>::max(), i64{0}})
    EXPECT_EQ(parse_config("x = " + config_text(n), "x").at(0).value, std::to_string(n));
  q.out = "\xFF";
  EXPECT_THROW(q.options.toml(), UsageError);
}

TEST(Config, PythonReadsWhatIsWritten) {
  if (std::system("python3 -c 'import tomllib' 2>/dev/null") != 0) GTEST_SKIP() << "python3 has no tomllib (3.11)";
  Program p;
  make_hard(p);
  const std::string path = file_of(p.options.toml());
  const std::string script = file_of(R"(import sys, tomllib
with open(sys.argv[1], 'rb') as f:
    got = tomllib.load(f)
want = {'latent': 100, 'learning-rate': 0.1 + 0.2, 'loss': 'saturating', 'threads': 2, 'seed': str(2 ** 64 - 1),
        'ema': 1.0, 'batch-size': 65536, 'out': 'a"b\\c\td\ne\x01\x7f \'f\' # \u00e9 \U0001F600', 'mode': 'a',
        'quiet': True}
assert list(got) == list(want), list(got)
for key, value in want.items():
    assert got[key] == value and type(got[key]) is type(value), (key, got[key], value)
)",
                                     "check.py");
  EXPECT_EQ(std::system(("python3 " + script + " " + path).c_str()), 0);
}

TEST(Config, DifferencesAreNamed) {
  Program p, q;
  EXPECT_THAT(config_differences(p.options.toml(), q.options.toml(), {}), testing::IsEmpty());
  q.batch_size = 32;
  q.out = "other";
  q.resume = "auto";
  q.model.learning_rate = 0.1;
  const auto found = config_differences(p.options.toml(), q.options.toml(), {"out"});
  EXPECT_EQ(to_string(found), "--learning-rate was 0.0002 and is 0.1; --batch-size was 64 and is 32");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].key, "batch-size");
  EXPECT_EQ(to_string(config_differences("a = 1\nb = 2\nc = 'x'", "c = \"x\"\nb = 2.0\nd = true", {})),
            "--a was 1 and is not set; --b was 2 and is 2.0; --d was not set and is true");
  EXPECT_THAT(test::message_of<UsageError>([] { config_differences("a = 1\na = 2", "", {}); }),
              StartsWith("the earlier configuration:2: "));
}

}  // namespace
}  // namespace gan::app
