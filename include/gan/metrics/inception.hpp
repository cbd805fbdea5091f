// Inception-v3 (Szegedy et al. 2016) as FID has it: the network of TensorFlow's 2015 graph, whose features Heusel et
// al. 2017 compare. It differs from torchvision's: average pools leave the padding out, the last block pools the
// largest, and there are 1008 classes. Its weights are a file of the user's, under the names of pytorch-fid's and
// torch-fidelity's own: io::load_weights(net, "inception-2015-12-05.safetensors").
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gan/nn/conv.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/norm.hpp"

namespace gan::metrics {

/// How images become 299 x 299. Distances under the one say nothing about those under the other.
enum class InceptionInput {
  pytorch_fid,  ///< bilinear between centres of pixels, without antialiasing; byte b becomes 2 b / 255 - 1
  tensorflow,   ///< torch-fidelity and the original: bilinear between corners, as TensorFlow 1; byte b: (b - 128) / 128
};

std::span<const char* const> enum_names(InceptionInput);

/// Images (N, h, w, C) → (N, size, size, C) as TensorFlow 1's resize_bilinear without align_corners: output pixel i
/// lies at i h / size. Without history. Throws ShapeError for what are no images, ValueError for size < 1, DeviceError
/// off the CPU.
template <class T>
Tensor<T> resize_bilinear_tensorflow(const Tensor<T>& images, i64 size);

/// A convolution without bias, batch norm with epsilon 0.001, ReLU.
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

/// One of the five kinds of block, named as in the papers' figures (Szegedy et al. 2016, figures 5 to 7).
template <class T>
struct BasicInceptionBlock {
  using Kind = InceptionKind;
  Kind kind;
  std::vector<std::pair<std::string, BasicConvNorm<T>>> parts;  ///< by the files' names, such as "branch5x5_1"

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
  /// (N, 2048): FID's features, in evaluation. Throws ShapeError for other images.
  Tensor<T> operator()(const Tensor<T>& images, Pass& p) const;
  /// (N, 1008): the logits of the Inception Score, without the bias, as its authors compute them. Throws as above.
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

}  // namespace gan::metrics
