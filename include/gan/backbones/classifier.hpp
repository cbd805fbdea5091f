// Small convolutional classifiers: features for metrics on images for which there is no published network, such as
// digits. The value of such a metric depends on the weights, so they are identified by the SHA-256 of their file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gan/core/fields.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"

namespace gan::backbones {

struct ClassifierOptions {
  i64 channels = 1, size = 28, classes = 10;
  i64 width = 32;      ///< channels of the first stage; each further stage doubles them
  i64 stages = 2;      ///< each halves the image
  i64 depth = 1;       ///< convolutions in each stage except the first, which has one
  i64 features = 128;  ///< size of the feature vector before the class logits
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
/// batch norm and ReLU, with 2 x 2 max pooling before the last batch norm. `body` alone gives the features (N,
/// features) for metrics::features. Throws ValueError for options out of range and when the stages leave no pixel.
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

/// Converts images (N, h, w, C) to the input of a classifier: crops a border of two pixels, as around MNIST digits in
/// networks for 32 x 32, repeats grey for colour and resizes other sizes. The result is undefined when colour would
/// have to become grey. Throws ShapeError for tensors of another rank.
Var classifier_input(const ClassifierOptions& options, const Var& images);

/// The predictions of a classifier for a set of images.
struct Classified {
  Var features;             ///< (N, features)
  Var probabilities;        ///< (N, classes)
  std::vector<i64> labels;  ///< the most probable class of each image, the first one on a tie
  double confidence = 0;    ///< the mean probability of these classes
};
/// Classifies images (N, size, size, channels) in [-1, 1], a hundred at a time; calls `after` with the number done so
/// far. Throws ShapeError for other images.
Classified classify(const Classifier& net, const Var& images, const std::function<void(i64)>& after = {});

/// The modes of stacked images (N, size, size, 3), numbered as by data::stacked, according to a classifier of grey
/// images: for metrics::label_coverage with classes^3 modes. Throws ShapeError for other images.
std::vector<i64> stacked_labels(const Classifier& net, const Var& images);

/// A classifier loaded from a file, with the metadata of the file.
struct TrainedClassifier {
  Classifier net;
  std::string path, sha256;  ///< of the file
  io::Metadata metadata;     ///< "data", its "data_checksum", "seed", "epochs", "test_accuracy"
};
/// Reads a file written by examples/classifier. Throws IoError naming that program when there is no file, FormatError.
TrainedClassifier load_classifier(const std::string& path);

extern template struct BasicClassifier<float>;
extern template struct BasicClassifier<double>;

}  // namespace gan::backbones
