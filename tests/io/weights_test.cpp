// Files of networks: what they hold and refuse, also where one parameter has two names.
#include "gan/io/weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/models/dcgan.hpp"
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

TEST(Weights, SurviveAFileAndRefuseAnother) {
  const std::string path = testing::TempDir() + "/weights.safetensors";
  models::Dcgan a({.features = 4}), b({.features = 4});
  init(a, 1);
  init(b, 2);
  io::save_weights(a.G, path);
  io::load_weights(b.G, path);
  const auto pa = params(a.G), pb = params(b.G);
  for (std::size_t i = 0; i < pa.tensors.size(); ++i) EXPECT_EQ(pa.tensors[i].to_vector(), pb.tensors[i].to_vector());
  const auto file = io::read_safetensors(path);
  EXPECT_EQ(file.at("3.weight").shape, (Shape{8, 4, 4, 4})) << "PyTorch's (in, out, KH, KW)";
  models::Dcgan wide({.features = 8});
  init(wide, 1);
  const auto before = params(wide.G).tensors[0].to_vector();
  EXPECT_THROW(io::load_weights(wide.G, path), FormatError);
  EXPECT_THROW(io::load_weights(wide.D, path), FormatError);
  EXPECT_EQ(params(wide.G).tensors[0].to_vector(), before);
}

}  // namespace
}  // namespace gan
