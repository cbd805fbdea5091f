// Files of networks in which one parameter has two names.
#include "gan/io/weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/nn/dense.hpp"

namespace gan {
namespace {

using testing::HasSubstr;

struct Tied {
  Dense a{2, 2};
  Dense b{2, 2};
  void visit(Visitor& v) {
    v("a", a);
    v("b", b);
    v("again", a);
  }
};

TEST(TiedWeights, AreInFilesUnderBothNamesAndComeBack) {
  const std::string path = testing::TempDir() + "/tied.safetensors";
  Tied net, read;
  init(net, 1);
  io::save_weights(net, path);
  const auto file = io::read_safetensors(path);
  EXPECT_EQ(file.entries().size(), 6u);
  EXPECT_EQ(file.get<float>("a.weight").to_vector(), file.get<float>("again.weight").to_vector());
  io::load_weights(read, path);
  EXPECT_EQ(read.a.weight.to_vector(), net.a.weight.to_vector());
  EXPECT_EQ(read.b.weight.to_vector(), net.b.weight.to_vector());
}

TEST(TiedWeights, AreRefusedWhereAFileHasTwoValuesForOne) {
  const std::string path = testing::TempDir() + "/untied.safetensors";
  struct Untied {
    Dense a{2, 2}, b{2, 2}, again{2, 2};
    void visit(Visitor& v) {
      v("a", a);
      v("b", b);
      v("again", again);
    }
  } untied;
  init(untied, 1);
  io::save_weights(untied, path);
  Tied net;
  init(net, 2);
  const auto before = net.b.weight.to_vector();
  try {
    io::load_weights(net, path);
    FAIL();
  } catch (const FormatError& e) {
    EXPECT_THAT(e.what(), HasSubstr("'a.weight' and 'again.weight' are one parameter of the network, but the file has "
                                    "other numbers under each"));
  }
  EXPECT_EQ(net.b.weight.to_vector(), before) << "nothing changed";
}

}  // namespace
}  // namespace gan
