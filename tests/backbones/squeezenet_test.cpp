// SqueezeNet 1.1 against torchvision.
#include "gan/backbones/squeezenet.hpp"

#include "gan/io/weights.hpp"
#include "support/data.hpp"
#include "support/lpips_reference.hpp"

namespace {

using namespace gan;
using namespace reference;

/// The first 16 logits of both images. The file has ImageNet's means and deviations in float: that is the error in
/// double.
template <class T>
void compare(const backbones::BasicSqueezeNet<T>& net, const std::string& weights, double tolerance) {
  const Tensor<T> a = tensor<T>(array(lpips_image("image.a")));
  Pass p = Pass::inference();
  const std::vector<T> all = net.logits(a, p).to_vector();
  ASSERT_EQ(all.size(), 2000u);
  std::vector<T> some(all.begin(), all.begin() + 16);
  some.insert(some.end(), all.begin() + 1000, all.begin() + 1016);
  Worst worst_logit;
  const std::string logits = "squeezenet." + weights;
  expect_close(Tensor<T>::from(some, Shape{2, 16}), metrics_file()[logits], tolerance, logits, worst_logit);
  worst_logit.print(logits.c_str());
}

TEST(SqueezeNetReference, IsThatOfTorchvisionWithMadeWeights) { compare(made_lpips().net, "made", 2e-7); }

TEST(SqueezeNetReference, IsThatOfTorchvisionWithTheRealWeights) {
  const std::string folder = test::data_folder("squeezenet1_1");
  if (folder.empty()) GTEST_SKIP() << test::without_data("squeezenet1_1");
  backbones::BasicSqueezeNet<double> doubles;
  backbones::BasicSqueezeNet<float> floats;
  io::load_weights(doubles, folder + "/squeezenet1_1.safetensors");
  io::load_weights(floats, folder + "/squeezenet1_1.safetensors");
  compare(doubles, "real", 2e-7);
  compare(floats, "real", 1e-5);
}

}  // namespace
