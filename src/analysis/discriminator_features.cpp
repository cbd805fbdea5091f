// Maxima over grids, and guided backpropagation stage by stage.
#include "gan/analysis/discriminator_features.hpp"

#include "gan/core/parallel.hpp"
#include "gan/ops/activation.hpp"

namespace gan::analysis {

template <class T>
Tensor<T> grid_maxima(const Tensor<T>& maps, i64 grid) {
  GAN_CHECK_SHAPE(maps.defined() && maps.rank() == 4 && maps.size() > 0, "grid_maxima",
                  "feature maps (n, h, w, c) are needed", maps.shape());
  if (grid < 1) throw ValueError("[grid_maxima] a grid of " + std::to_string(grid) + "; at least 1 is needed");
  const Tensor<T> host = maps.to(Device::cpu());
  const i64 n = host.shape(0), h = host.shape(1), w = host.shape(2), c = host.shape(3);
  Tensor<T> y(Shape{n, grid * grid * c});
  const T* const from = host.data();
  T* const to = y.mutable_data();
  const auto begin_of = [grid](i64 cell, i64 side) { return cell * side / grid; };
  const auto end_of = [grid](i64 cell, i64 side) { return ((cell + 1) * side + grid - 1) / grid; };
  parallel_for(n, 4, [&](i64 begin, i64 end) {
    for (i64 i = begin; i < end; ++i)
      for (i64 cell = 0; cell < grid * grid; ++cell) {
        T* const out = to + (i * grid * grid + cell) * c;
        const i64 top = begin_of(cell / grid, h), left = begin_of(cell % grid, w);
        std::copy_n(from + ((i * h + top) * w + left) * c, c, out);
        for (i64 y0 = top; y0 < end_of(cell / grid, h); ++y0)
          for (i64 x0 = left; x0 < end_of(cell % grid, w); ++x0) {
            const T* const pixel = from + ((i * h + y0) * w + x0) * c;
            for (i64 k = 0; k < c; ++k) out[k] = std::max(out[k], pixel[k]);
          }
      }
  });
  return y;
}

template <class T>
Tensor<T> guided_backprop(const BasicSequential<T>& net, const std::vector<std::size_t>& stages,
                          const Tensor<T>& images, i64 channel) {
  if (stages.empty()) throw ValueError("[guided_backprop] no stages; name layers that end in a rectifier");
  const WithGrad record;
  Pass pass = Pass::inference();
  // Each stage runs separately, from a leaf, so that the gradient can be modified between two stages.
  Tensors<T> inputs, outputs;
  Tensor<T> x = images;
  std::size_t done = 0;
  for (const std::size_t stage : stages) {
    inputs.push_back(leaf(detach(x)));
    outputs.push_back(net.range(inputs.back(), pass, done, stage));
    GAN_CHECK_SHAPE(outputs.back().rank() == 4, "guided_backprop", "stages must end in feature maps (n, h, w, c)",
                    outputs.back().shape());
    x = outputs.back();
    done = stage;
  }
  const Tensor<T> last = detach(outputs.back()).to(Device::cpu());
  const i64 n = last.shape(0), places = last.shape(1) * last.shape(2), c = last.shape(3);
  if (channel < 0 || channel >= c)
    throw ValueError("[guided_backprop] channel " + std::to_string(channel) + "; there are " + std::to_string(c));
  Tensor<T> seed = Tensor<T>::zeros(last.shape());
  for (i64 i = 0; i < n; ++i) {
    const T* const maps = last.data() + i * places * c;
    i64 best = 0;
    for (i64 place = 1; place < places; ++place)
      if (maps[place * c + channel] > maps[best * c + channel]) best = place;
    seed.mutable_data()[(i * places + best) * c + channel] = 1;
  }
  Tensor<T> gradient = seed.to(images.device());
  const NoGrad constant;
  for (std::size_t s = stages.size(); s-- > 0;) {
    const Tensor<T> positive = map(relu(detach(outputs[s])), functor::Sign{});
    gradient = grad(outputs[s], relu(gradient) * positive, {inputs[s]})[0];
  }
  return gradient;
}

#define GAN_DISCRIMINATOR_FEATURES(T)                           \
  template Tensor<T> grid_maxima(const Tensor<T>&, i64); \
  template Tensor<T> guided_backprop(const BasicSequential<T>&, const std::vector<std::size_t>&, const Tensor<T>&, i64);
GAN_DISCRIMINATOR_FEATURES(float)
GAN_DISCRIMINATOR_FEATURES(double)

}  // namespace gan::analysis
