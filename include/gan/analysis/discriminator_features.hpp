// What the layers of a network respond to: features from several layers (Radford, Metz & Chintala 2015, section 5.1),
// and the pixels that a feature comes from (section 6.2; Springenberg et al. 2015, "Striving for simplicity: the all
// convolutional net", section 3.4).
#pragma once

#include <algorithm>
#include <vector>

#include "gan/grad/grad.hpp"
#include "gan/metrics/features.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/ops/elementwise.hpp"

namespace gan::analysis {

/// Max-pools feature maps (N, H, W, C) → (N, grid grid C): the largest value in each cell of a grid over the image.
/// Cells overlap if the sides are not multiples of `grid` (as in PyTorch's adaptive_max_pool2d), and repeat pixels if
/// there are fewer pixels than cells. The result has no history. Throws ShapeError for other ranks, ValueError unless
/// grid >= 1.
template <class T>
Tensor<T> grid_maxima(const Tensor<T>& maps, i64 grid);

/// A module: images (N, H, W, C) → (N, F), the feature maps after the first `stages[i]` layers of a network, each
/// max-pooled to a grid and flattened, then concatenated: metrics::features(StageFeatures{net.D,
/// net.discriminator_stages()}, images). Borrows the network.
template <class T>
struct StageFeatures {
  BasicSequential<T>& net;
  std::vector<std::size_t> stages;  ///< numbers of layers, ascending
  i64 grid = 4;

  Tensor<T> operator()(const Tensor<T>& images, Pass& p) const {
    Tensors<T> parts;
    Tensor<T> x = images;
    std::size_t done = 0;
    for (const std::size_t stage : stages) {
      x = net.range(x, p, done, stage);
      done = stage;
      parts.push_back(grid_maxima(x, grid));
    }
    return concat(parts, 1);
  }
};
template <class T>
StageFeatures(BasicSequential<T>&, std::vector<std::size_t>) -> StageFeatures<T>;
template <class T>
StageFeatures(BasicSequential<T>&, std::vector<std::size_t>, i64) -> StageFeatures<T>;

/// Moves a network's running statistics to those of these images (N, …), by passes over batches of `batch` in training
/// mode: those of a discriminator come from real and generated images mixed, those of an untrained network from no
/// images. Throws ValueError unless 2 <= batch <= N.
template <class Net, class T>
void recompute_batch_norm_statistics(Net& net, const Tensor<T>& images, i64 batch = 100) {
  const i64 n = images.defined() && images.rank() >= 1 ? images.shape(0) : 0;
  if (batch < 2 || batch > n)
    throw ValueError("[recompute_batch_norm_statistics] batches of " + std::to_string(batch) + " of " +
                     std::to_string(n) + " images; at least 2, and one whole batch, are needed");
  const NoGrad constant;
  Pass pass = Pass::training();
  pass.dropout = false;
  for (i64 first = 0; first + batch <= n; first += batch) net(rows(images, first, first + batch), pass);
}

/// The pixels of images (N, …) that raise a feature most, → shape of the images: the gradient, with respect to the
/// pixels, of channel `channel` after stages.back() layers, at the position of its strongest response to each image. On
/// the way back through each stage, the gradient is set to 0 where it is negative or its feature is not positive
/// (guided backpropagation); layers between two stages are differentiated as usual. Stages must end in feature maps (N,
/// H, W, C) after a rectifier, leaky or not. The network runs in inference mode. Throws ValueError if there are no
/// stages or the channel is out of range, ShapeError for other stages.
template <class T>
Tensor<T> guided_backprop(const BasicSequential<T>& net, const std::vector<std::size_t>& stages,
                          const Tensor<T>& images, i64 channel);
/// The strongest response of each channel of the last stage to each image (N, …), over all positions: (N, C).
template <class T>
Tensor<T> max_activations(const BasicSequential<T>& net, const std::vector<std::size_t>& stages,
                          const Tensor<T>& images) {
  const NoGrad constant;
  Pass pass = Pass::inference();
  if (stages.empty()) throw ValueError("[max_activations] no stages; name layers that end in a rectifier");
  return grid_maxima(net.range(images, pass, 0, stages.back()), 1);
}

#define GAN_DISCRIMINATOR_FEATURES(T)                                                                          \
  extern template Tensor<T> grid_maxima(const Tensor<T>&, i64);                                         \
  extern template Tensor<T> guided_backprop(const BasicSequential<T>&, const std::vector<std::size_t>&, \
                                            const Tensor<T>&, i64);
GAN_DISCRIMINATOR_FEATURES(float)
GAN_DISCRIMINATOR_FEATURES(double)
#undef GAN_DISCRIMINATOR_FEATURES

}  // namespace gan::analysis
