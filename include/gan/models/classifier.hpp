// The training of classifiers (backbones/classifier.hpp), and what they measure of data and of generators.
#pragma once

#include "gan/backbones/classifier.hpp"
#include "gan/data/images.hpp"
#include "gan/train/game.hpp"

namespace gan::models {

struct FitOptions {
  i64 steps = 1;                ///< updates in the whole training, over which the learning rate falls
  double learning_rate = 2e-3;  ///< initial learning rate of Adam; falls to 0 along half a cosine
  i64 shift = 0;                ///< each image is shifted by up to this many pixels
  double fill = -1;             ///< value of the uncovered border
};

/// A game with one player, which minimises the cross-entropy on labelled images. Throws ValueError for options out of
/// range; its play() throws ValueError for images without labels.
Game classifier_game(backbones::Classifier& net, const FitOptions& options);

/// The accuracy on a labelled dataset, which is scaled to [-1, 1] first. Throws ValueError without labels.
double accuracy(const backbones::Classifier& net, const data::Images& images);

/// The classifier-FID of samples against `count` of the images (all if there are fewer), for measuring a generator
/// during training: the Fréchet distance between features of `judge`. Images and samples must have the input shape of
/// the classifier and lie in [-1, 1]. Throws ShapeError for other shapes.
std::function<double(const Var& samples)> classifier_distance(backbones::TrainedClassifier judge,
                                                              const data::Images& images, i64 count = 5000);

}  // namespace gan::models
