// FID's Inception-v3 against pytorch-fid and torch-fidelity (make_inception.py), with weights made from a formula.
#include "gan/backbones/inception.hpp"

#include <filesystem>
#include <map>

#include "gan/io/weights.hpp"
#include "gan/metrics/features.hpp"
#include "support/files.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;
using backbones::BasicInception;
using backbones::InceptionInput;

const File& file() {
  static const File f("inception.safetensors");
  return f;
}

/// make_inception.py's `made`.
template <class T>
void make(BasicInception<T>& net) {
  std::map<std::string, Param<T>*> by_name;
  each_param(net, [&](const std::string& name, Param<T>& p) { by_name[name] = &p; });
  u64 number = 0;
  for (auto& [name, p] : by_name) {
    Array x{p->shape(), std::vector<double>(static_cast<std::size_t>(p->shape().size()))};
    const int rank = x.shape.rank();
    if (rank == 4) x.shape = Shape{p->shape(0), p->shape(3), p->shape(1), p->shape(2)};
    const bool around_one = name.ends_with("bn.weight") || name.ends_with("running_var");
    for (u64 i = 0; i < x.values.size(); ++i) {
      u64 v = i + 1000003 * number;
      for (int round = 0; round < 2; ++round) v = ((v ^ (v >> 16)) * 0x45D9F3B) & 0xFFFFFFFFu;
      const double unit = 2 * static_cast<double>(v >> 8) / 16777216 - 1;
      if (rank > 1)
        x.values[i] = unit * std::sqrt(6 / static_cast<double>(x.shape.stride0()));
      else
        x.values[i] = around_one ? 1 + unit / 2 : unit / 10;
    }
    p->set(tensor<T>(ours(x)));
    ++number;
  }
}

/// make_inception.py's `made_bytes`.
D bytes() {
  const Shape shape{2, 40, 52, 3};
  D x(shape);
  double* to = x.mutable_data();
  for (i64 n = 0; n < shape[0]; ++n)
    for (i64 h = 0; h < shape[1]; ++h)
      for (i64 w = 0; w < shape[2]; ++w)
        for (i64 c = 0; c < shape[3]; ++c)
          *to++ = static_cast<double>((h * (3 + c) + w * (5 - c) + h * w / 7 * (1 + n) + 40 * n) % 256);
  return x;
}
template <class T>
Tensor<T> images() {
  return tensor<T>(array(bytes() / 127.5 - 1.0));
}
template <class T>
Tensor<T> every_16th(const Tensor<T>& x) {
  const std::vector<T> all = x.to_vector();
  std::vector<T> some;
  for (std::size_t i = 0; i < all.size(); i += 16) some.push_back(all[i]);
  return Tensor<T>::from(some, Shape{x.shape(0), x.shape(1) / 16});
}

/// torch-fidelity resizes at places in float, and gives floats.
template <class T>
void compare(double tolerance, double tolerance_of_floats) {
  BasicInception<T> net;
  make(net);
  const Tensor<T> x = images<T>();
  Worst worst;
  expect_close(every_16th(metrics::features(net, x)), file()["pytorch_fid"], tolerance, "pytorch_fid", worst);
  worst.print(sizeof(T) == 8 ? "pytorch-fid, in double" : "pytorch-fid, in float");
  worst = {};
  net.input = InceptionInput::tensorflow;
  expect_close(every_16th(metrics::features(net, x)), file()["torch_fidelity"], tolerance_of_floats, "torch_fidelity",
               worst);
  NoGrad constant;
  Pass pass = Pass::inference();
  expect_close(every_16th(net.logits(x, pass)), file()["torch_fidelity.logits"], tolerance_of_floats, "logits", worst);
  worst.print(sizeof(T) == 8 ? "torch-fidelity, in double" : "torch-fidelity, in float");
}

TEST(InceptionReference, IsThatOfFidInDouble) { compare<double>(1e-12, 1e-6); }
TEST(InceptionReference, IsThatOfFidInFloat) { compare<float>(1e-4, 1e-4); }

TEST(InceptionReference, TheTwoInputsDiffer) {
  double apart = 0;
  const Array a = file()["pytorch_fid"], b = file()["torch_fidelity"];
  for (std::size_t i = 0; i < a.values.size(); ++i) apart = std::max(apart, std::abs(a.values[i] - b.values[i]));
  EXPECT_GT(apart, 1e-2 * largest(a));
}

TEST(InceptionReference, ResizesAsTensorFlow) {
  Worst worst;
  expect_close(backbones::resize_bilinear_tensorflow(bytes(), 13), file()["resize"], 1e-6, "resize", worst);
  // Corner to corner: every second pixel of an enlargement is a pixel, the last ones repeat the edge.
  const D two = D::from({1., 3.}, Shape{1, 1, 2, 1});
  const D four = backbones::resize_bilinear_tensorflow(two, 4);
  EXPECT_EQ(slice(four, 1, 0, 1).to_vector(), (std::vector<double>{1, 2, 3, 3}));
}

TEST(Inception, ReadsFilesOfTheUsualNames) {
  // As in pt_inception-2015-12-05-6726825d.pth: 94 convolutions of five arrays, and the classes.
  backbones::Inception net;
  std::vector<std::string> names;
  each_param(net, [&](const std::string& name, Param<float>&) { names.push_back(name); });
  EXPECT_EQ(names.size(), 472u);
  for (const char* name :
       {"Conv2d_1a_3x3.conv.weight", "Conv2d_4a_3x3.bn.running_var", "Mixed_5b.branch5x5_2.conv.weight",
        "Mixed_6a.branch3x3dbl_3.bn.bias", "Mixed_6e.branch7x7dbl_5.bn.running_mean",
        "Mixed_7a.branch7x7x3_4.conv.weight", "Mixed_7c.branch3x3dbl_3b.bn.weight", "fc.weight", "fc.bias"})
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
}

TEST(Inception, RefusesOtherImages) {
  backbones::Inception net;
  Pass pass = Pass::inference();
  EXPECT_THROW(net(Var::zeros({1, 32, 32, 1}), pass), ShapeError);
  EXPECT_THROW(net(Var::zeros({32, 32, 3}), pass), ShapeError);
  EXPECT_THROW(net(Var::zeros({1, 32, 32, 3}), pass), ValueError);  // no weights yet
  EXPECT_THROW(backbones::resize_bilinear_tensorflow(Var::zeros({1, 4, 4, 3}), 0), ValueError);
}

}  // namespace
