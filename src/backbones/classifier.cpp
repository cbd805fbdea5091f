// See backbones/classifier.hpp.
#include "gan/backbones/classifier.hpp"

#include <algorithm>
#include <filesystem>

#include "gan/io/sha256.hpp"
#include "gan/io/weights.hpp"
#include "gan/nn/conv.hpp"
#include "gan/nn/dropout.hpp"
#include "gan/nn/norm.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/reshape.hpp"
#include "gan/ops/resample.hpp"

namespace gan::backbones {
namespace {

constexpr i64 at_once = 100;

void check(const ClassifierOptions& o) {
  require_fields(o, "Classifier");
  if (o.size >> o.stages < 1)
    throw ValueError("[Classifier] " + std::to_string(o.stages) + " stages, which halve images of size " +
                     std::to_string(o.size) + ", leave no pixel; use fewer");
}

}  // namespace

template <class T>
BasicClassifier<T>::BasicClassifier(Options o)
    : options((check(o), o)), head(o.features, o.classes, {.initializer = initializer::he_normal()}) {
  i64 channels = o.channels, size = o.size;
  for (i64 stage = 0; stage < o.stages; ++stage, size /= 2) {
    const i64 wider = o.width << stage, depth = stage == 0 ? 1 : o.depth;
    for (i64 layer = 0; layer < depth; ++layer, channels = wider) {
      body.add(BasicConv2D<T>(
          {.in = channels, .out = wider, .padding = 1, .bias = false, .initializer = initializer::he_normal()}));
      if (layer + 1 == depth) body.add(MaxPool2D{});  // before the norm, which then has a quarter of the work
      body.add(BasicBatchNorm<T>(wider, {.activation = ReLU{}}));
    }
  }
  body.add(Flatten{}).add(Dropout{o.dropout});
  body.add(BasicDense<T>(size * size * channels, o.features,
                         {.activation = ReLU{}, .initializer = initializer::he_normal()}));
}

Var classifier_input(const ClassifierOptions& o, const Var& images) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4, "classifier_input", "images (n, h, w, c) are needed",
                  images.shape());
  const NoGrad constant;
  Var x = images;
  if (x.shape(1) == o.size + 4 && x.shape(2) == o.size + 4) x = slice(slice(x, 1, 2, o.size + 2), 2, 2, o.size + 2);
  if (x.shape(3) == 1 && o.channels == 3) x = concat<float>({x, x, x}, 3);
  if (x.shape(3) != o.channels) return {};
  return x.shape(1) == o.size && x.shape(2) == o.size ? x : resize(x, Size2{o.size, o.size}, {});
}

Classified classify(const Classifier& net, const Var& images, const std::function<void(i64)>& after) {
  const ClassifierOptions& o = net.options;
  const Shape taken{1, o.size, o.size, o.channels};
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4 && images.shape(0) >= 1 && images.shape().with(0, 1) == taken,
                  "classify", "the classifier takes images of another size or number of channels", images.shape(),
                  taken);
  const NoGrad constant;
  Pass pass = Pass::inference();
  const Device device = net.head.weight.device();
  const i64 n = images.shape(0);
  Classified all{Var(Shape{n, o.features}), Var(Shape{n, o.classes}), {}, 0};
  for (i64 first = 0; first < n; first += at_once) {
    const i64 count = std::min(at_once, n - first);
    const Var part = images.view(images.shape().with(0, count), first * images.shape().stride0());
    const Var f = net.body(part.to(device), pass), p = softmax(net.head(f, pass));
    all.features.view(f.shape(), first * o.features).copy_from(f);
    all.probabilities.view(p.shape(), first * o.classes).copy_from(p);
    if (after) after(first + count);
  }
  const float* p = all.probabilities.data();
  for (i64 i = 0; i < n; ++i, p += o.classes) {
    const float* best = std::max_element(p, p + o.classes);
    all.labels.push_back(best - p);
    all.confidence += static_cast<double>(*best) / static_cast<double>(n);
  }
  return all;
}

std::vector<i64> stacked_labels(const Classifier& net, const Var& images) {
  GAN_CHECK_SHAPE(images.defined() && images.rank() == 4 && images.shape(3) == 3, "stacked_labels",
                  "images (n, h, w, 3) are needed", images.shape());
  const i64 k = net.options.classes;
  std::vector<i64> modes(static_cast<std::size_t>(images.shape(0)), 0);
  for (i64 c = 0; c < 3; ++c) {
    const std::vector<i64> labels = classify(net, slice(images, 3, c, c + 1)).labels;
    for (std::size_t i = 0; i < modes.size(); ++i) modes[i] = modes[i] * k + labels[i];
  }
  return modes;
}

TrainedClassifier load_classifier(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    throw IoError("[load_classifier] " + path +
                  ": there is no such file; the program classifier trains one: classifier --data NAME --out " + path);
  const io::SafeTensors file = io::read_safetensors(path);
  const auto model = file.metadata().find("model"), options = file.metadata().find("options");
  if (model == file.metadata().end() || model->second != Classifier::name || options == file.metadata().end())
    throw FormatError(path + ": holds no classifier of the program classifier");
  try {
    Classifier net(read_fields<ClassifierOptions>(options->second));
    io::load_weights(net, file);
    return {std::move(net), path, io::sha256_of_file(path), file.metadata()};
  } catch (const ValueError& e) { throw FormatError(path + ": the options of its model: " + e.what()); }
}

template struct BasicClassifier<float>;
template struct BasicClassifier<double>;

}  // namespace gan::backbones
