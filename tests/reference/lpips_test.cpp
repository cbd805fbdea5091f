// SqueezeNet 1.1 and LPIPS against torchvision and the authors' package (make_metrics.py), with weights made from a
// formula and, where they are at hand, with the real ones.
#include "gan/metrics/lpips.hpp"

#include "gan/grad/grad.hpp"
#include "gan/io/weights.hpp"
#include "reference/reference.hpp"
#include "support/data.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;
using metrics::BasicLpips;

const File& file() {
  static const File f("metrics.safetensors");
  return f;
}
D image(const char* key) { return 2.0 * tensor<double>(file()[key]) - 1.0; }

/// make_metrics.py's `made`, for a parameter whose shape is (O, KH, KW, I) here and (O, I, KH, KW) there, or (O).
void make(Param<double>& p, u64 number, double least) {
  Array x{p.shape(), std::vector<double>(static_cast<std::size_t>(p.shape().size()))};
  if (x.shape.rank() == 4) x.shape = Shape{p.shape(0), p.shape(3), p.shape(1), p.shape(2)};
  const double inputs = x.shape.rank() == 4 ? static_cast<double>(x.shape.stride0()) : 1;
  for (u64 i = 0; i < x.values.size(); ++i) {
    u64 v = i + 1000003 * number;
    for (int round = 0; round < 2; ++round) v = ((v ^ (v >> 16)) * 0x45D9F3B) & 0xFFFFFFFFu;
    x.values[i] = (least + (1 - least) * static_cast<double>(v >> 8) / 16777216) * std::sqrt(6 / inputs);
  }
  p.set(tensor<double>(ours(x)));
}
BasicLpips<double> made() {
  BasicLpips<double> lpips;
  u64 number = 0;
  each_param(lpips.net, [&](const std::string&, Param<double>& p) { make(p, number++, -1); });
  number = 100;
  each_param(lpips.weights, [&](const std::string&, Param<double>& p) { make(p, number++, 0); });
  return lpips;
}

/// The package has ImageNet's means and deviations in float: that is the error in double.
template <class T>
void compare(BasicLpips<T>& lpips, const std::string& weights, double tolerance) {
  const Tensor<T> a = tensor<T>(array(image("image.a"))), b = tensor<T>(array(image("image.b")));
  Worst worst;
  const std::string key = "lpips." + weights;
  expect_close(lpips(a, b), file()[key], tolerance, key, worst);
  worst.print(key.c_str());
  Pass p = Pass::inference();
  const std::vector<T> all = lpips.net.logits(a, p).to_vector();
  ASSERT_EQ(all.size(), 2000u);
  std::vector<T> some(all.begin(), all.begin() + 16);
  some.insert(some.end(), all.begin() + 1000, all.begin() + 1016);
  Worst worst_logit;
  const std::string logits = "squeezenet." + weights;
  expect_close(Tensor<T>::from(some, Shape{2, 16}), file()[logits], tolerance, logits, worst_logit);
  worst_logit.print(logits.c_str());
}

TEST(Lpips, IsTheAuthorsWithMadeWeights) {
  BasicLpips<double> lpips = made();
  compare(lpips, "made", 2e-7);
}

TEST(Lpips, IsTheAuthorsWithTheRealWeights) {
  const std::string folder = test::data_folder("squeezenet1_1");
  if (folder.empty()) GTEST_SKIP() << test::without_data("squeezenet1_1");
  BasicLpips<double> doubles;
  metrics::Lpips floats;
  io::load_weights(doubles.net, folder + "/squeezenet1_1.safetensors");
  io::load_weights(doubles.weights, folder + "/lpips_squeeze_lin.safetensors");
  io::load_weights(floats.net, folder + "/squeezenet1_1.safetensors");
  io::load_weights(floats.weights, folder + "/lpips_squeeze_lin.safetensors");
  compare(doubles, "real", 2e-7);
  compare(floats, "real", 1e-5);
}

TEST(Lpips, IsZeroForEqualImagesAndSymmetric) {
  const BasicLpips<double> lpips = made();
  const D a = image("image.a"), b = image("image.b");
  EXPECT_EQ(lpips(a, a).to_vector(), (std::vector<double>{0, 0}));
  EXPECT_EQ(lpips(a, b).to_vector(), lpips(b, a).to_vector());
}

TEST(Lpips, IsALossWithFiniteGradientsEvenOfEqualImages) {
  const BasicLpips<double> lpips = made();
  const D a = leaf(image("image.a")), b = image("image.b");
  const D g = grad(sum(lpips(a, b)), {a})[0];
  // Down the gradient the images look more alike.
  const double before = sum(lpips(a, b)).item(), slope = sum(g * g).item(), step = 1e-7;
  EXPECT_GT(slope, 0);
  EXPECT_NEAR((before - sum(lpips(detach(a) - step * g, b)).item()) / step, slope, 1e-3 * slope);
  for (const double v : grad(sum(lpips(a, detach(a))), {a})[0].to_vector()) ASSERT_EQ(v, 0);
  BasicLpips<double> dead = made();  // nothing passes the first layer
  dead.net.first.bias.set(D::full({64}, -100));
  for (const double v : grad(sum(dead(a, b)), {a})[0].to_vector()) ASSERT_EQ(v, 0);
}

TEST(Lpips, RefusesOtherImagesAndMissingWeights) {
  const BasicLpips<double> lpips = made();
  const D a = image("image.a");
  EXPECT_THROW(lpips(a, D::zeros({2, 20, 27, 3})), ShapeError);
  EXPECT_THROW(lpips(D::zeros({1, 20, 20, 1}), D::zeros({1, 20, 20, 1})), ShapeError);
  EXPECT_THROW(lpips(D::zeros({1, 16, 20, 3}), D::zeros({1, 16, 20, 3})), ShapeError);
  EXPECT_EQ(lpips(D::zeros({1, 17, 17, 3}), D::ones({1, 17, 17, 3})).shape(), (Shape{1}));
  EXPECT_THROW(metrics::Lpips{}(Var::zeros({1, 20, 20, 3}), Var::ones({1, 20, 20, 3})), ValueError);
}

}  // namespace
