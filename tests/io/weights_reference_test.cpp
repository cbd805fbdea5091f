// Weights that PyTorch saved give PyTorch's images and logits, and are saved as PyTorch saved them.
#include "gan/io/weights.hpp"

#include "gan/models/dcgan.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;

const std::string path = std::string(GAN_TESTS_DIR) + "/reference/weights.safetensors";
constexpr double tolerance = 1e-5;

/// PyTorch's tensors whose names begin with `prefix`, without it, as the bytes of a file would hold them.
void expect_same_bytes(const std::string& ours, const std::string& prefix) {
  const io::SafeTensors mine = io::read_safetensors(ours), theirs = io::read_safetensors(path);
  std::size_t compared = 0;
  for (const io::TensorEntry& e : theirs.entries()) {
    if (e.name.compare(0, prefix.size(), prefix) != 0 || e.name.find("num_batches_tracked") != std::string::npos)
      continue;
    const io::TensorEntry& m = mine.at(e.name.substr(prefix.size()));
    EXPECT_EQ(m.shape, e.shape) << e.name;
    EXPECT_TRUE(std::equal(m.bytes.begin(), m.bytes.end(), e.bytes.begin(), e.bytes.end())) << e.name;
    ++compared;
  }
  EXPECT_EQ(compared, mine.entries().size());
}

TEST(WeightsReference, GiveTheSameImagesAndAreWrittenBackAlike) {
  models::Dcgan net({.latent = 8, .features = 4});
  io::load_weights(net.G, path, "G.");
  io::load_weights(net.D, path, "D.");
  const File file("weights.safetensors");
  Worst worst;
  Pass pass = Pass::inference();
  const Var images = net.G(tensor<float>(file["z"]), pass);
  expect_close(images, ours(file["images"]), tolerance, "images", worst);
  expect_close(net.D(tensor<float>(ours(file["images"])), pass), file["logits"], tolerance, "logits", worst);
  worst.print("PyTorch's weights");

  const std::string copy = testing::TempDir() + "/weights_again.safetensors";
  io::save_weights(net.G, copy);
  expect_same_bytes(copy, "G.");
  io::save_weights(net.D, copy);
  expect_same_bytes(copy, "D.");
}

TEST(WeightsReference, OfAnotherNetAreRefusedByName) {
  models::Dcgan net({.latent = 8, .features = 4});
  try {
    io::load_weights(net.D, path, "G.");
    FAIL();
  } catch (const FormatError& e) {
    EXPECT_NE(std::string(e.what()).find("'G.0.weight' has shape (392, 8)"), std::string::npos) << e.what();
  }
  Sequential shorter{Dense(8, 392)};
  EXPECT_THROW(io::load_weights(shorter, path, "G."), FormatError) << "tensors that the net has not";
}

/// Features of a flattened image through every kind of boundary, against a permutation written out here.
TEST(WeightsReference, NumberFlattenedFeaturesAsPyTorchDoes) {
  Sequential colour{Flatten{.channels = 3}, Dense(12, 2)};
  init(colour, 1);
  const std::string copy = testing::TempDir() + "/flattened.safetensors";
  io::save_weights(colour, copy);
  const Tensor<float> theirs = io::read_safetensors(copy).get<float>("1.weight");
  const auto mine = params(colour).tensors[0].to_vector();
  for (std::size_t row = 0; row < 2; ++row)
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t pixel = 0; pixel < 4; ++pixel)
        EXPECT_EQ(theirs.data()[row * 12 + c * 4 + pixel], mine[row * 12 + pixel * 3 + c]);
  LayerNorm norm({2, 2, 3});
  init(norm, 1);
  Tensor<float> gains = norm.weight.tensor();
  gains.mutable_data()[5] = 7;  // row 0, column 1, channel 2
  io::save_weights(norm, copy + ".norm");
  EXPECT_EQ(io::read_safetensors(copy + ".norm").at("weight").shape, (Shape{3, 2, 2}));
  EXPECT_EQ(io::read_safetensors(copy + ".norm").get<float>("weight").data()[2 * 4 + 1], 7);
  LayerNorm read({2, 2, 3});
  io::load_weights(read, copy + ".norm");
  EXPECT_EQ(read.weight.to_vector(), norm.weight.to_vector());

  Sequential other = colour;
  init(other, 2);
  io::load_weights(other, copy);
  EXPECT_EQ(params(other).tensors[0].to_vector(), mine);
}

}  // namespace
