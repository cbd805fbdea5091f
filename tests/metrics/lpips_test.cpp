// LPIPS against the authors' package; equal images, gradients, errors.
#include "gan/metrics/lpips.hpp"

#include "gan/grad/grad.hpp"
#include "gan/io/weights.hpp"
#include "support/data.hpp"
#include "support/lpips_reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

/// The package has ImageNet's means and deviations in float: that is the error in double.
template <class T>
void compare(BasicLpips<T>& lpips, const std::string& weights, double tolerance) {
  const Tensor<T> a = tensor<T>(array(lpips_image("image.a"))), b = tensor<T>(array(lpips_image("image.b")));
  Worst worst;
  const std::string key = "lpips." + weights;
  expect_close(lpips(a, b), metrics_file()[key], tolerance, key, worst);
  worst.print(key.c_str());
}

TEST(LpipsReference, IsTheAuthorsWithMadeWeights) {
  BasicLpips<double> lpips = made_lpips();
  compare(lpips, "made", 2e-7);
}

TEST(LpipsReference, IsTheAuthorsWithTheRealWeights) {
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
  const BasicLpips<double> lpips = made_lpips();
  const D a = lpips_image("image.a"), b = lpips_image("image.b");
  EXPECT_EQ(lpips(a, a).to_vector(), (std::vector<double>{0, 0}));
  EXPECT_EQ(lpips(a, b).to_vector(), lpips(b, a).to_vector());
}

TEST(Lpips, IsALossWithFiniteGradientsEvenOfEqualImages) {
  const BasicLpips<double> lpips = made_lpips();
  const D a = leaf(lpips_image("image.a")), b = lpips_image("image.b");
  const D g = grad(sum(lpips(a, b)), {a})[0];
  // Down the gradient the images look more alike.
  const double before = sum(lpips(a, b)).item(), slope = sum(g * g).item(), step = 1e-7;
  EXPECT_GT(slope, 0);
  EXPECT_NEAR((before - sum(lpips(detach(a) - step * g, b)).item()) / step, slope, 1e-3 * slope);
  for (const double v : grad(sum(lpips(a, detach(a))), {a})[0].to_vector()) ASSERT_EQ(v, 0);
  BasicLpips<double> dead = made_lpips();  // nothing passes the first layer
  dead.net.first.bias.set(D::full({64}, -100));
  for (const double v : grad(sum(dead(a, b)), {a})[0].to_vector()) ASSERT_EQ(v, 0);
}

TEST(Lpips, RefusesOtherImagesAndMissingWeights) {
  const BasicLpips<double> lpips = made_lpips();
  const D a = lpips_image("image.a");
  EXPECT_THROW(lpips(a, D::zeros({2, 20, 27, 3})), ShapeError);
  EXPECT_THROW(lpips(D::zeros({1, 20, 20, 1}), D::zeros({1, 20, 20, 1})), ShapeError);
  EXPECT_THROW(lpips(D::zeros({1, 16, 20, 3}), D::zeros({1, 16, 20, 3})), ShapeError);
  EXPECT_EQ(lpips(D::zeros({1, 17, 17, 3}), D::ones({1, 17, 17, 3})).shape(), (Shape{1}));
  EXPECT_THROW(metrics::Lpips{}(Var::zeros({1, 20, 20, 3}), Var::ones({1, 20, 20, 3})), ValueError);
}

}  // namespace
