// See backbones/inception.hpp.
#include "gan/backbones/inception.hpp"

#include "gan/core/parallel.hpp"
#include "gan/ops/pool.hpp"
#include "gan/ops/reduce.hpp"
#include "gan/ops/resample.hpp"
#include "gan/ops/shape.hpp"

namespace gan::backbones {
namespace {

constexpr i64 side = 299;

/// The mean of each 3 x 3 window; at the edges, of the pixels inside the image.
template <class T>
Tensor<T> average(const Tensor<T>& x) {
  const PoolGeometry around{.kernel = 3, .stride = 1, .padding = 1};
  const Tensor<T> share = avg_pool2d(Tensor<T>::ones({1, x.shape(1), x.shape(2), 1}).to(x.device()), around);
  return avg_pool2d(x, around) / share;
}
template <class T>
Tensor<T> largest(const Tensor<T>& x) {
  return max_pool2d(x, {.kernel = 3, .stride = 1, .padding = 1});
}
template <class T>
Tensor<T> halved(const Tensor<T>& x) {
  return max_pool2d(x, {.kernel = 3, .stride = 2});
}

template <class T>
void require_images(const Tensor<T>& x, const char* op) {
  GAN_CHECK_SHAPE(x.defined() && x.rank() == 4 && x.shape(0) >= 1 && x.shape().size() > 0, op,
                  "images (n, h, w, c) are needed", x.shape());
}

}  // namespace

std::span<const char* const> enum_names(InceptionInput) {
  static constexpr const char* names[] = {"pytorch_fid", "tensorflow"};
  return names;
}

template <class T>
Tensor<T> resize_bilinear_tensorflow(const Tensor<T>& images, i64 size) {
  require_images(images, "resize_bilinear_tensorflow");
  if (size < 1 || size > 65536) throw ValueError("[resize_bilinear_tensorflow] size " + std::to_string(size));
  if (!images.device().is_cpu()) throw DeviceError("[resize_bilinear_tensorflow] works on the CPU only");
  const i64 n = images.shape(0), h = images.shape(1), w = images.shape(2), c = images.shape(3);
  Tensor<T> out(Shape{n, size, size, c});
  const T* from = images.data();
  T* to = out.mutable_data();
  struct Place {
    i64 low, high;
    T share;  // weight of `high`
  };
  const auto places = [size](i64 extent) {
    std::vector<Place> all;
    for (i64 i = 0; i < size; ++i) {
      const i64 low = i * extent / size;
      all.push_back({low, std::min(low + 1, extent - 1), static_cast<T>(i * extent % size) / static_cast<T>(size)});
    }
    return all;
  };
  const std::vector<Place> down = places(h), across = places(w);
  parallel_for(n * size, 16, [&](i64 begin, i64 end) {
    for (i64 row = begin; row < end; ++row) {
      const Place& y = down[static_cast<std::size_t>(row % size)];
      const T* top = from + (row / size * h + y.low) * w * c;
      const T* bottom = from + (row / size * h + y.high) * w * c;
      T* pixel = to + row * size * c;
      for (const Place& x : across)
        for (i64 k = 0; k < c; ++k) {
          const T left = top[x.low * c + k] + (bottom[x.low * c + k] - top[x.low * c + k]) * y.share;
          const T right = top[x.high * c + k] + (bottom[x.high * c + k] - top[x.high * c + k]) * y.share;
          *pixel++ = left + (right - left) * x.share;
        }
    }
  });
  return out;
}

template <class T>
BasicConvNorm<T>::BasicConvNorm(ConvOptions o)
    : conv([&o] {
        o.bias = false;
        return o;
      }()),
      bn(o.out, {.epsilon = 1e-3, .activation = {Activation::relu, 0}}) {}

namespace {

struct Part {
  const char* name;
  i64 in, out;
  Size2 kernel;
  i64 stride = 1;
};

/// The convolutions of a block with `in` channels; `inner` is the width that differs among blocks of the same kind.
std::vector<Part> parts_of(InceptionKind kind, i64 in, i64 inner) {
  constexpr Size2 row{1, 7}, column{7, 1};
  switch (kind) {
    case InceptionKind::a:
      return {{"branch1x1", in, 64, 1},      {"branch5x5_1", in, 48, 1},    {"branch5x5_2", 48, 64, 5},
              {"branch3x3dbl_1", in, 64, 1}, {"branch3x3dbl_2", 64, 96, 3}, {"branch3x3dbl_3", 96, 96, 3},
              {"branch_pool", in, inner, 1}};
    case InceptionKind::b:
      return {{"branch3x3", in, 384, 3, 2},
              {"branch3x3dbl_1", in, 64, 1},
              {"branch3x3dbl_2", 64, 96, 3},
              {"branch3x3dbl_3", 96, 96, 3, 2}};
    case InceptionKind::c:
      return {{"branch1x1", in, 192, 1},
              {"branch7x7_1", in, inner, 1},
              {"branch7x7_2", inner, inner, row},
              {"branch7x7_3", inner, 192, column},
              {"branch7x7dbl_1", in, inner, 1},
              {"branch7x7dbl_2", inner, inner, column},
              {"branch7x7dbl_3", inner, inner, row},
              {"branch7x7dbl_4", inner, inner, column},
              {"branch7x7dbl_5", inner, 192, row},
              {"branch_pool", in, 192, 1}};
    case InceptionKind::d:
      return {{"branch3x3_1", in, 192, 1},      {"branch3x3_2", 192, 320, 3, 2},     {"branch7x7x3_1", in, 192, 1},
              {"branch7x7x3_2", 192, 192, row}, {"branch7x7x3_3", 192, 192, column}, {"branch7x7x3_4", 192, 192, 3, 2}};
    case InceptionKind::e_average:
    case InceptionKind::e_largest:
      return {{"branch1x1", in, 320, 1},
              {"branch3x3_1", in, 384, 1},
              {"branch3x3_2a", 384, 384, {1, 3}},
              {"branch3x3_2b", 384, 384, {3, 1}},
              {"branch3x3dbl_1", in, 448, 1},
              {"branch3x3dbl_2", 448, 384, 3},
              {"branch3x3dbl_3a", 384, 384, {1, 3}},
              {"branch3x3dbl_3b", 384, 384, {3, 1}},
              {"branch_pool", in, 192, 1}};
  }
  return {};
}

}  // namespace

template <class T>
BasicInceptionBlock<T>::BasicInceptionBlock(Kind which, i64 in, i64 inner) : kind(which) {
  for (const Part& p : parts_of(which, in, inner)) {
    const bool whole = p.stride == 1;  // the image keeps its size
    const Padding padding =
        whole ? Padding{p.kernel.h / 2, p.kernel.h / 2, p.kernel.w / 2, p.kernel.w / 2} : Padding(0);
    parts.emplace_back(
        p.name,
        BasicConvNorm<T>({.in = p.in, .out = p.out, .kernel = p.kernel, .stride = p.stride, .padding = padding}));
  }
}

template <class T>
const BasicConvNorm<T>& BasicInceptionBlock<T>::part(const std::string& name) const {
  for (const auto& [known, conv] : parts)
    if (known == name) return conv;
  throw ValueError("[Inception] no convolution named " + name);
}

template <class T>
Tensor<T> BasicInceptionBlock<T>::operator()(const Tensor<T>& x, Pass& p) const {
  const auto run = [this, &p](Tensor<T> y, std::initializer_list<const char*> names) {
    for (const char* name : names) y = part(name)(y, p);
    return y;
  };
  Tensors<T> branches;
  switch (kind) {
    case Kind::a:
      branches = {run(x, {"branch1x1"}), run(x, {"branch5x5_1", "branch5x5_2"}),
                  run(x, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}), run(average(x), {"branch_pool"})};
      break;
    case Kind::b:
      branches = {run(x, {"branch3x3"}), run(x, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}), halved(x)};
      break;
    case Kind::c:
      branches = {run(x, {"branch1x1"}), run(x, {"branch7x7_1", "branch7x7_2", "branch7x7_3"}),
                  run(x, {"branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"}),
                  run(average(x), {"branch_pool"})};
      break;
    case Kind::d:
      branches = {run(x, {"branch3x3_1", "branch3x3_2"}),
                  run(x, {"branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"}), halved(x)};
      break;
    case Kind::e_average:
    case Kind::e_largest: {
      const Tensor<T> three = run(x, {"branch3x3_1"}), twice = run(x, {"branch3x3dbl_1", "branch3x3dbl_2"});
      branches = {
          run(x, {"branch1x1"}),           run(three, {"branch3x3_2a"}),
          run(three, {"branch3x3_2b"}),    run(twice, {"branch3x3dbl_3a"}),
          run(twice, {"branch3x3dbl_3b"}), run(kind == Kind::e_average ? average(x) : largest(x), {"branch_pool"})};
      break;
    }
  }
  return concat(branches, 3);
}

template <class T>
BasicInception<T>::BasicInception(InceptionInput how) : input(how), fc(2048, 1008) {
  const auto add = [this](const char* name, i64 in, i64 out, i64 kernel, i64 stride = 1, i64 padding = 0) {
    stem.emplace_back(name,
                      BasicConvNorm<T>({.in = in, .out = out, .kernel = kernel, .stride = stride, .padding = padding}));
  };
  add("Conv2d_1a_3x3", 3, 32, 3, 2);
  add("Conv2d_2a_3x3", 32, 32, 3);
  add("Conv2d_2b_3x3", 32, 64, 3, 1, 1);
  add("Conv2d_3b_1x1", 64, 80, 1);
  add("Conv2d_4a_3x3", 80, 192, 3);
  using Block = BasicInceptionBlock<T>;
  using Kind = typename Block::Kind;
  const auto block = [this](const char* name, Kind kind, i64 in, i64 inner = 0) {
    blocks.emplace_back(name, Block(kind, in, inner));
  };
  block("Mixed_5b", Kind::a, 192, 32);
  block("Mixed_5c", Kind::a, 256, 64);
  block("Mixed_5d", Kind::a, 288, 64);
  block("Mixed_6a", Kind::b, 288);
  block("Mixed_6b", Kind::c, 768, 128);
  block("Mixed_6c", Kind::c, 768, 160);
  block("Mixed_6d", Kind::c, 768, 160);
  block("Mixed_6e", Kind::c, 768, 192);
  block("Mixed_7a", Kind::d, 768);
  block("Mixed_7b", Kind::e_average, 1280);
  block("Mixed_7c", Kind::e_largest, 2048);
}

template <class T>
Tensor<T> BasicInception<T>::operator()(const Tensor<T>& images, Pass& p) const {
  require_images(images, "Inception");
  GAN_CHECK_SHAPE(images.shape(3) == 3, "Inception", "colour images are needed; repeat grey", images.shape());
  Tensor<T> x;
  if (input == InceptionInput::tensorflow) {  // b = (x + 1) 127.5, then (b - 128) / 128
    x = resize_bilinear_tensorflow<T>(127.5 / 128 * images - 0.5 / 128, side);
  } else {
    x = images.shape(1) == side && images.shape(2) == side
            ? images
            : resize(images, Size2{side, side}, {.mode = Interpolation::bilinear, .antialias = false});
  }
  for (std::size_t i = 0; i < stem.size(); ++i) {
    x = stem[i].second(x, p);
    if (i == 2 || i == 4) x = halved(x);
  }
  for (const auto& [name, block] : blocks) x = block(x, p);
  return mean(x, {1, 2});
}

template <class T>
Tensor<T> BasicInception<T>::logits(const Tensor<T>& images, Pass& p) const {
  return linear<T>((*this)(images, p), fc.weight.tensor(), {}, {});
}

template Tensor<float> resize_bilinear_tensorflow(const Tensor<float>&, i64);
template Tensor<double> resize_bilinear_tensorflow(const Tensor<double>&, i64);
template struct BasicConvNorm<float>;
template struct BasicConvNorm<double>;
template struct BasicInceptionBlock<float>;
template struct BasicInceptionBlock<double>;
template struct BasicInception<float>;
template struct BasicInception<double>;

}  // namespace gan::backbones
