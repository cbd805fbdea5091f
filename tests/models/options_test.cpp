// The options of every model: whoever sets one, a flag, a configuration file, a program or a weights file, it has the
// same limits, those that the model's visit() states.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "gan/app/options.hpp"
#include "gan/backbones/classifier.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/models/aae.hpp"
#include "gan/models/began.hpp"
#include "gan/models/bigan.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/trained.hpp"
#include "gan/models/dragan.hpp"
#include "gan/models/goodfellow.hpp"
#include "gan/models/lsgan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/models/wgan.hpp"
#include "support/files.hpp"

namespace gan {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

/// The options with one field set; the others keep their defaults.
template <class O, class V>
O with(const std::string& field, V value) {
  O options;
  options.visit([&](const char* name, auto& member, auto&&...) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, V>)
      if (field == name) member = value;
  });
  return options;
}

/// What each of the four ways says of a value that a field does not take; `limit` is the nearest that it takes.
template <class M, class V>
void refused_everywhere(const std::string& field, V value, V limit) {
  using O = typename M::Options;
  SCOPED_TRACE(std::string(M::name) + "." + field + " = " + detail::field_text(value));
  const O options = with<O>(field, value);
  const std::string of_program = test::message_of<ValueError>([&] { M net(options); });
  const std::string says = of_program.substr(of_program.find("] ") + 2);
  EXPECT_THAT(says, testing::StartsWith(field + " is "));
  EXPECT_THAT(says, HasSubstr(", but it must be "));

  O bound;
  app::Options flags("program", "trains");
  flags.add_fields(bound);
  std::string key = field;
  std::replace(key.begin(), key.end(), '_', '-');
  const std::string argument = "--" + key + "=" + detail::field_text(value);
  const char* words[] = {"program", argument.c_str()};
  EXPECT_EQ(test::message_of<UsageError>([&] { return flags.parse(2, words); }),
            "--" + key + says.substr(field.size()));
  const std::string toml = test::temporary("options.toml");
  test::write_file(toml, test::bytes_of(key + " = " + detail::field_text(value) + "\n"));
  EXPECT_EQ(test::message_of<UsageError>([&] { flags.read_config(toml); }),
            toml + ":1: " + key + says.substr(field.size()));

  const std::string path = test::temporary("options.safetensors");
  io::SafeTensorsWriter writer;
  writer.add("w", Var::zeros({1}));
  writer.metadata("model", M::name).metadata("options", write_fields(options));
  writer.write(path);
  const auto load = [&] {
    if constexpr (std::is_same_v<M, backbones::Classifier>)
      backbones::load_classifier(path);
    else
      load_generator(path);
  };
  EXPECT_THAT(test::message_of<FormatError>(load), EndsWith(says));
  EXPECT_EQ(write_fields(read_fields<O>(write_fields(with<O>(field, limit)))), write_fields(with<O>(field, limit)));
}

template <class M>
void refuses_all_that_lies_outside() {
  typename M::Options options;
  options.visit([](const char* name, auto& value, const char*, auto... range) {
    using V = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<V, i64> || std::is_same_v<V, double>) {
      static_assert(sizeof...(range) == 1, "every number of a model has a range");
      const auto limits = std::get<0>(std::tuple(range...));
      EXPECT_TRUE(value >= limits.min && value <= limits.max) << M::name << "." << name;
      if constexpr (std::is_same_v<V, i64>) {
        EXPECT_LE(limits.max, 1000000000000) << "products of options must not overflow";
        for (const i64 outside : {limits.max + 1, i64{1} << 62, std::numeric_limits<i64>::max()})
          refused_everywhere<M>(name, outside, limits.max);
        for (const i64 outside : {limits.min - 1, std::numeric_limits<i64>::min()})
          refused_everywhere<M>(name, outside, limits.min);
      } else {
        refused_everywhere<M>(name, std::nextafter(limits.max, HUGE_VAL), limits.max);
        refused_everywhere<M>(name, std::min(-1.0, std::nextafter(limits.min, -HUGE_VAL)), limits.min);
      }
    }
  });
}

TEST(ModelOptions, HaveTheSameLimitsWhereverTheyComeFrom) {
  refuses_all_that_lies_outside<models::Vanilla>();
  refuses_all_that_lies_outside<models::Dcgan>();
  refuses_all_that_lies_outside<models::Goodfellow>();
  refuses_all_that_lies_outside<models::ConditionalDcgan>();
  refuses_all_that_lies_outside<models::Aae>();
  refuses_all_that_lies_outside<models::Began>();
  refuses_all_that_lies_outside<models::Bigan>();
  refuses_all_that_lies_outside<models::Dragan>();
  refuses_all_that_lies_outside<models::Lsgan>();
  refuses_all_that_lies_outside<models::Wgan>();
  refuses_all_that_lies_outside<backbones::Classifier>();
}

TEST(ModelOptions, ThatAreNoNumbersOrNoChoicesAreRefused) {
  EXPECT_THAT(test::message_of<ValueError>([] { models::Dcgan net({.learning_rate = std::nan("")}); }),
              HasSubstr("[Dcgan] learning_rate is nan, but it must be finite"));
  EXPECT_THAT(test::message_of<ValueError>([] { models::Vanilla net({.dropout = HUGE_VAL}); }),
              HasSubstr("dropout is inf"));
  EXPECT_THAT(
      test::message_of<ValueError>([] { models::Dcgan net({.variant = static_cast<models::DcganVariant>(7)}); }),
      HasSubstr("variant is number 7, but it must be one of pytorch_example|paper_code"));
  const models::ConditionalDcganOptions huge{.latent = i64{1} << 62};
  EXPECT_THROW(models::BasicConditionalGenerator<float>{huge}, ValueError);
  EXPECT_THROW(models::BasicConditionalDiscriminator<float>{huge}, ValueError);
}

}  // namespace
}  // namespace gan
