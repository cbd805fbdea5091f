// Judges images of the built-in shapes: attributes from captions, and a classifier that recognises them.
#pragma once

#include <gan/gan.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <vector>

namespace gan::examples {

/// The attributes in a caption such as "a large white star": size, shade and kind, numbered in the order of first
/// mention.
struct Attributes {
  static constexpr std::size_t count = 3;
  static constexpr const char* names[count] = {"size", "shade", "kind"};
  using Values = std::array<i64, count>;  ///< one of each; -1: none

  std::vector<std::string> values[count];
  std::vector<Values> of;  ///< of each image

  explicit Attributes(const data::Images& images) {
    for (i64 i = 0; i < images.size(); ++i) of.push_back(read(images.caption(i)));
  }
  /// The attributes in the caption of another image.
  Values read(const std::string& caption) {
    std::istringstream words(caption);
    std::string article, size, shade, kind, rest;
    words >> article >> size >> shade >> kind;
    if (words >> rest) {  // "dark grey"
      shade += " " + kind;
      kind = rest;
    }
    return {number(0, size), number(1, shade), number(2, kind)};
  }

 private:
  i64 number(std::size_t attribute, const std::string& value) {
    auto& known = values[attribute];
    const auto found = std::find(known.begin(), known.end(), value);
    if (found != known.end()) return found - known.begin();
    known.push_back(value);
    return static_cast<i64>(known.size()) - 1;
  }
};
using Judged = std::vector<Attributes::Values>;

/// A classifier for all attributes: one network whose outputs are three groups of logits.
class Judge {
 public:
  Judge(const data::Images& images, const Attributes& known, u64 seed) {
    i64 outputs = 0;
    for (std::size_t a = 0; a < Attributes::count; ++a) {
      begin_[a] = outputs;
      outputs += static_cast<i64>(known.values[a].size());
    }
    begin_[Attributes::count] = outputs;
    const auto conv = [](i64 in, i64 out) {
      return Conv2D{
          {.in = in, .out = out, .kernel = 5, .stride = 2, .padding = Padding::same(), .activation = LeakyReLU{}}};
    };
    const i64 side = images.height() / 4;
    net_ = Sequential{conv(images.channels(), 32), conv(32, 64), Flatten{},
                      Dense(side * side * 64, 128, {.activation = LeakyReLU{}}), Dense(128, outputs)};
    init(net_, seed);
    data::Loader loader(images, {.batch_size = 64, .seed = seed});
    const i64 steps = 5 * loader.batches_per_epoch();
    Optimizer<float> adam(OptimizerSpec(Adam{.learning_rate = 1e-3, .beta1 = 0.9})
                              .learning_rate(schedule::linear_to_zero({.from = 0, .steps = steps + 1})));
    auto parameters = params(net_);
    Pass pass = Pass::training();
    for (i64 k = 0; k < steps; ++k) {
      const Batch b = loader.next();
      const Var logits = net_(b["x"], pass);
      Var loss;
      for (std::size_t a = 0; a < Attributes::count; ++a) {
        std::vector<i64> labels;
        for (const i64 i : b.indices) labels.push_back(known.of[static_cast<std::size_t>(i)][a]);
        const Var part = cross_entropy(slice(logits, 1, begin_[a], begin_[a + 1]), labels);
        loss = loss.defined() ? loss + part : part;
      }
      adam.step(parameters, grad(loss, parameters.tensors));
    }
  }

  /// The value of each attribute of each image, or -1 if no value has a probability of at least `sure`.
  Judged operator()(const Var& images, double sure) {
    const Var logits = metrics::features(net_, images);
    Judged out(static_cast<std::size_t>(images.shape(0)));
    for (std::size_t a = 0; a < Attributes::count; ++a) {
      const NoGrad constant;
      const Var p = softmax(slice(logits, 1, begin_[a], begin_[a + 1]));
      const i64 n = p.shape(1);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const float* const row = p.data() + static_cast<i64>(i) * n;
        const float* const best = std::max_element(row, row + n);
        out[i][a] = static_cast<double>(*best) >= sure ? best - row : -1;
      }
    }
    return out;
  }

  Sequential& network() { return net_; }

 private:
  Sequential net_;
  i64 begin_[Attributes::count + 1] = {};
};

}  // namespace gan::examples
