// Inception-v3 (Szegedy et al. 2016) as used for FID: the network of TensorFlow's 2015 graph, whose features Heusel et
// al. 2017 compare. It differs from torchvision's: average pooling excludes the padding, the last block uses max
// pooling, and there are 1008 classes. The user provides the weights in a file with the names of pytorch-fid and
// torch-fidelity: io::load_weights(net, "inception-2015-12-05.safetensors").
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"

namespace gan::backbones {

/// How images are resized to 299 x 299. Distances with one of them are not comparable to distances with the other.
enum class InceptionInput {
  pytorch_fid,  ///< bilinear between pixel centres, without antialiasing; byte b becomes 2 b / 255 - 1
  tensorflow,   ///< torch-fidelity and the original: bilinear between corners as in TensorFlow 1; b: (b - 128) / 128
};

std::span<const char* const> enum_names(InceptionInput);

/// Resizes images (N, h, w, C) → (N, size, size, C) like TensorFlow 1's resize_bilinear without align_corners: output
/// pixel i samples the input at i h / size. The result has no history. Throws ShapeError for tensors that are not
/// images, ValueError for size < 1 or > 65536, DeviceError off the CPU.
template <class T>
Tensor<T> resize_bilinear_tensorflow(const Tensor<T>& images, i64 size);

/// A convolution without bias, batch norm with epsilon 0.001, and ReLU.
template <class T>
struct BasicConvNorm {
  BasicConv2D<T> conv;
  BasicBatchNorm<T> bn;

  explicit BasicConvNorm(ConvOptions o);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const { return bn(conv(x, p), p); }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("conv", conv);
    v("bn", bn);
  }
};

enum class InceptionKind { a, b, c, d, e_average, e_largest };

/// One of the five kinds of block, named as in the paper (Szegedy et al. 2016, figures 5 to 7).
template <class T>
struct BasicInceptionBlock {
  using Kind = InceptionKind;
  Kind kind;
  std::vector<std::pair<std::string, BasicConvNorm<T>>> parts;  ///< by their names in the file, such as "branch5x5_1"

  /// `inner` is the width of the pooled branch of kind a and of the 7 x 7 branches of kind c.
  BasicInceptionBlock(Kind which, i64 in, i64 inner = 0);
  Tensor<T> operator()(const Tensor<T>& x, Pass& p) const;
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    for (auto& [name, part] : parts) v(name, part);
  }

 private:
  const BasicConvNorm<T>& part(const std::string& name) const;
};

/// Images (N, H, W, 3) in [-1, 1], red first, of any size.
template <class T>
struct BasicInception {
  InceptionInput input = InceptionInput::pytorch_fid;
  std::vector<std::pair<std::string, BasicConvNorm<T>>> stem;          ///< Conv2d_1a_3x3 to Conv2d_4a_3x3
  std::vector<std::pair<std::string, BasicInceptionBlock<T>>> blocks;  ///< Mixed_5b to Mixed_7c
  BasicDense<T> fc;                                                    ///< 1008 classes

  explicit BasicInception(InceptionInput how = InceptionInput::pytorch_fid);
  /// (N, 2048): FID's features, in inference mode. Throws ShapeError for other images.
  Tensor<T> operator()(const Tensor<T>& images, Pass& p) const;
  /// (N, 1008): the logits for the Inception Score, without the bias, as its authors compute them. Throws as above.
  Tensor<T> logits(const Tensor<T>& images, Pass& p) const;

  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    for (auto& [name, part] : stem) v(name, part);
    for (auto& [name, block] : blocks) v(name, block);
    v("fc", fc);
  }
};
using Inception = BasicInception<float>;

extern template Tensor<float> resize_bilinear_tensorflow(const Tensor<float>&, i64);
extern template Tensor<double> resize_bilinear_tensorflow(const Tensor<double>&, i64);
extern template struct BasicConvNorm<float>;
extern template struct BasicConvNorm<double>;
extern template struct BasicInceptionBlock<float>;
extern template struct BasicInceptionBlock<double>;
extern template struct BasicInception<float>;
extern template struct BasicInception<double>;

}  // namespace gan::backbones
