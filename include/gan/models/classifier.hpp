// Small convolutional classifiers: feature maps for metrics on images that no published network knows, such as digits.
// What a metric under them is worth hangs on the weights, so those are named by the SHA-256 of their file.
#pragma once

#include "gan/core/fields.hpp"
#include "gan/data/dataset.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"
#include "gan/train/game.hpp"

namespace gan::models {

struct ClassifierOptions {
  i64 channels = 1, size = 28, classes = 10;
  i64 width = 32;      ///< channels of the first stage; each further stage doubles them
  i64 stages = 2;      ///< each halves the image
  i64 depth = 1;       ///< convolutions in each stage but the first, which has one
  i64 features = 128;  ///< numbers in front of the classes: the feature map
  double dropout = 0.25;

  template <class F>
  void visit(F&& f) {
    f("channels", channels, "of the images", IntRange{1, 1024});
    f("size", size, "height and width of the images", IntRange{2, 4096});
    f("classes", classes, "of the images", IntRange{2, 65536});
    f("width", width, "channels of the first stage; each further stage doubles them", IntRange{1, 4096});
    f("stages", stages, "each halves the image", IntRange{1, 12});
    f("depth", depth, "convolutions in each stage but the first, which has one", IntRange{1, 16});
    f("features", features, "numbers in front of the classes: the feature map", IntRange{1, 65536});
    f("dropout", dropout, "rate in front of the features, in training", RealRange{0, 0.999999});
  }
};

/// Images (N, size, size, channels) in [-1, 1] → logits (N, classes). A stage is `depth` times a 3 x 3 convolution,
/// batch norm, ReLU; in front of the last batch norm the largest of each 2 x 2. `body` alone is the feature map, (N,
/// features), for metrics::features. Throws ValueError for options out of range and where the stages leave no pixel.
template <class T>
struct BasicClassifier {
  using Options = ClassifierOptions;
  static constexpr const char* name = "classifier";
  Options options;
  BasicSequential<T> body;
  BasicDense<T> head;

  explicit BasicClassifier(Options o = {});
  Tensor<T> operator()(const Tensor<T>& images, Pass& p) const { return head(body(images, p), p); }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("body", body);
    v("head", head);
  }
};
using Classifier = BasicClassifier<float>;

struct FitOptions {
  i64 steps = 1;                ///< of the whole training, over which the learning rate falls
  double learning_rate = 2e-3;  ///< of Adam at its start; down to 0 along half a cosine
  i64 shift = 0;                ///< each image is moved by up to so many pixels
  double fill = -1;             ///< what comes in then
};

/// A game of one player, which minimises the cross-entropy of labelled images. Throws ValueError for options out of
/// range, and in play for images without labels.
Game classifier_game(Classifier& net, const FitOptions& options);

/// Images (N, h, w, C) as a classifier takes them: a border of two pixels, as around MNIST's in nets of 32 x 32, is
/// cut, grey is repeated for colour, other sizes are resized. Undefined where colour would have to become grey. Throws
/// ShapeError for what are no images.
Var classifier_input(const ClassifierOptions& options, const Var& images);

/// What a classifier thinks of images.
struct Classified {
  Var features;             ///< (N, features)
  Var probabilities;        ///< (N, classes)
  std::vector<i64> labels;  ///< the most probable class, the first of equals
  double confidence = 0;    ///< the mean probability of these classes
};
/// Images (N, size, size, channels) in [-1, 1], a hundred at a time; `after` is told how many are done. Throws
/// ShapeError.
Classified classify(const Classifier& net, const Var& images, const std::function<void(i64)>& after = {});

/// The mode of each stacked image (N, size, size, 3), as data::stacked numbers them, by a classifier of grey images:
/// for metrics::label_coverage of classes^3 modes. Throws ShapeError for other images.
std::vector<i64> stacked_labels(const Classifier& net, const Var& images);

/// Share of a labelled set that is classified as labelled, scaled to [-1, 1] here. Throws ValueError without labels.
double accuracy(const Classifier& net, const data::Dataset& images);

/// A classifier out of a file, and what the file says of itself.
struct TrainedClassifier {
  Classifier net;
  std::string path, sha256;  ///< of the file's bytes
  io::Metadata metadata;     ///< "data", its "data_checksum", "seed", "epochs", "test_accuracy"
};
/// Reads what examples/classifier writes. Throws IoError naming the program where there is no file, FormatError.
TrainedClassifier load_classifier(const std::string& path);

/// The classifier-FID of samples against `count` of the images (all if there are fewer), to measure a generator during
/// its training: the Fréchet distance under `judge`. Images and samples are of the classifier's shape, in [-1, 1].
/// Throws ShapeError for others.
std::function<double(const Var& samples)> classifier_distance(TrainedClassifier judge, const data::Dataset& images,
                                                              i64 count = 5000);

extern template struct BasicClassifier<float>;
extern template struct BasicClassifier<double>;

}  // namespace gan::models
