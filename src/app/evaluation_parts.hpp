// Declarations shared by the parts of the program evaluate.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gan/app/progress.hpp"
#include "gan/backbones/classifier.hpp"
#include "gan/backbones/inception.hpp"
#include "gan/data/images.hpp"
#include "gan/models/trained.hpp"

namespace gan::app::evaluation {

struct Settings {
  std::string run, real, generated;  ///< a run, or two folders of images
  std::string data = {}, classifier = {}, squeezenet = {}, inception = {}, pictures = {};
  backbones::InceptionInput inception_input = backbones::InceptionInput::pytorch_fid;
  i64 samples = 10000, size = 0, pairs = 200;
  u64 seed = 1;
  bool quick = false, paired = false;
};

/// Real and generated images, in [-1, 1], rounded to bytes, all of one shape (H, W, C).
struct Sets {
  std::string name;                      ///< of the dataset, or of the folder
  Var real;                              ///< (N, H, W, C): test images
  Var generated;                         ///< (M, H, W, C)
  std::vector<i64> real_labels, wanted;  ///< classes of both, empty if there are none
  std::vector<std::string> classes;
  data::Images train;  ///< training images, at the same size; empty for folders
  std::optional<models::Trained> generator;
  i64 border = 0;  ///< border in pixels that only the networks have, not the images of the papers

  Shape image() const { return generated.shape().tail(); }
};
/// Throws UsageError for inconsistent settings, and what reading throws.
Sets load_sets(const Settings& settings);
/// n images of a generator in [-1, 1], rounded to bytes; 128 at a time if it normalises with batch statistics.
Var draw(const models::Trained& generator, i64 n, u64 seed);
/// Images of the training set in [-1, 1], at random indices.
Var some_of(const data::Images& images, i64 n, u64 seed);

/// Lines that are printed together at the end, so that they do not interrupt the progress output.
class Report {
 public:
  void title(const std::string& text) { text_ += (text_.empty() ? "" : "\n") + text + "\n"; }
  [[gnu::format(printf, 2, 3)]] void line(const char* format, ...);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The tasks, in order; `weight` is the approximate relative duration of a task.
class Work {
 public:
  using Step = std::function<void(const std::function<void(double share)>& done)>;
  void add(i64 weight, Step step) { steps_.push_back({weight, std::move(step)}); }
  /// Runs the tasks, with a progress line on stderr.
  void run() const;

 private:
  struct Item {
    i64 weight;
    Step step;
  };
  std::vector<Item> steps_;
};

/// Metrics on features: of a classifier, SqueezeNet, Inception.
void add_classifier(Work& work, Report& report, const Settings& settings, const Sets& sets);
void add_squeezenet(Work& work, Report& report, const Settings& settings, const Sets& sets);
void add_inception(Work& work, Report& report, const Settings& settings, const Sets& sets);
/// The classes requested from a conditional generator, compared with those of its images: their share that agrees, for
/// groups that it found without labels after the best matching.
void report_agreement(Report& report, const Sets& sets, const std::vector<i64>& found, i64 classes);
/// Of systems that encode, on labelled images: how well codes tell the classes.
void add_codes(Work& work, Report& report, const Settings& settings, const Sets& sets);
/// Metrics on the images themselves.
void add_pixels(Work& work, Report& report, const Settings& settings, const Sets& sets);
void add_pairs(Work& work, Report& report, const Sets& sets);

}  // namespace gan::app::evaluation
