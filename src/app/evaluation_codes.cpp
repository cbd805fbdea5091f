// What the codes of an encoder tell about the classes of images, and whether samples are of the classes asked for.
#include <algorithm>
#include <map>

#include "gan/metrics/labels.hpp"
#include "src/app/evaluation_parts.hpp"

namespace gan::app::evaluation {
namespace {

using Images = std::function<Var(i64 first, i64 end)>;  // in [-1, 1]

/// The parts that a system makes of n images, some at a time.
Parts encode(const models::Trained& system, i64 n, const Images& images, const std::function<void(double)>& done) {
  const InputSpec& input = system.input("encode");
  std::map<std::string, Tensors<float>> pieces;
  constexpr i64 some = 1000;
  for (i64 first = 0; first < n; first += some) {
    const NoGrad constant;
    const Var shares = 0.5 * (images(first, std::min(n, first + some)) + 1);  // of white
    const Parts made = system.apply("encode", {{"x", (input.x_high - input.x_low) * shares + input.x_low}});
    for (const auto& [name, value] : made) pieces[name].push_back(value.to(Device::cpu()));
    done(0.5 * static_cast<double>(first) / static_cast<double>(n));
  }
  Parts all;
  for (const auto& [name, some_rows] : pieces) all.set(name, concat(some_rows));
  return all;
}

Parts encode_test(const models::Trained& system, const Sets& sets) {
  return encode(
      system, sets.real.shape(0), [&sets](i64 first, i64 end) { return rows(sets.real, first, end); }, [](double) {});
}

/// The share of test images whose nearest training image, by each part of the codes, is of their class.
struct Accuracy {
  i64 numbers = 0;  ///< in the part
  double share = 0;
};
std::map<std::string, Accuracy> accuracies(const models::Trained& system, const Sets& sets, const Parts& test,
                                           const std::function<void(double)>& done) {
  std::vector<i64> labels;
  for (i64 i = 0; i < sets.train.size(); ++i) labels.push_back(sets.train.label(i));
  const Parts train = encode(
      system, sets.train.size(),
      [&sets](i64 first, i64 end) {
        std::vector<i64> places;
        for (i64 i = first; i < end; ++i) places.push_back(i);
        return sets.train.batch(places)["x"];
      },
      done);
  std::map<std::string, Accuracy> found;
  for (const auto& [name, values] : train) {
    const auto near = metrics::nearest_neighbour_error(values, labels, test[name], sets.real_labels);
    found[name] = {values.shape().stride0(), 1 - near.error};
  }
  return found;
}

/// How well the categories that a system found without labels agree with the classes of test images.
void report_categories(Report& report, const Sets& sets, const Var& probabilities) {
  const i64 n = probabilities.shape(0), k = probabilities.shape(1);
  std::vector<i64> found;
  for (i64 i = 0; i < n; ++i) {
    const float* row = probabilities.data() + i * k;
    found.push_back(std::max_element(row, row + k) - row);
  }
  const i64 classes = std::max(k, 1 + *std::max_element(sets.real_labels.begin(), sets.real_labels.end()));
  const auto matched = metrics::matched_agreement(found, sets.real_labels, classes);
  report.title("Categories that were found without labels, each standing for a class of its own");
  report.line("%.2f %% of %lld test images wrong", 100 * (1 - matched.share), static_cast<long long>(n));
  std::string text;
  for (i64 c = 0; c < k; ++c)
    text += (c > 0 ? ", " : "") + std::to_string(c) + " is " +
            std::to_string(matched.class_of[static_cast<std::size_t>(c)]);
  report.line("category %s", text.c_str());
}

}  // namespace

void report_agreement(Report& report, const Sets& sets, const std::vector<i64>& found, i64 classes) {
  if (!sets.generator->learns_labels()) {
    report.line("class agreement %.2f %% of %zu samples, each category standing for a class of its own",
                100 * metrics::matched_agreement(sets.wanted, found, classes).share, found.size());
    return;
  }
  const auto agreement = metrics::label_agreement(sets.wanted, found, classes);
  report.line("class agreement %.2f %% of %zu samples", 100 * agreement.share, found.size());
  if (sets.real_labels.empty()) return;
  const auto near = metrics::nearest_neighbour_error(sets.generated, sets.wanted, sets.real, sets.real_labels);
  report.line("1-nearest-neighbour classifier of %lld samples: %.2f %% of %lld real images wrong (mean distance %.3f)",
              static_cast<long long>(near.samples), 100 * near.error, static_cast<long long>(near.queries),
              near.distance);
}

void add_codes(Work& work, Report& report, const Settings& s, const Sets& sets) {
  if (!sets.generator || !sets.generator->can("encode") || !sets.train.labelled() || sets.real_labels.empty()) return;
  const Shape x = sets.generator->input("encode").x;
  if (x != sets.image()) return;
  work.add(200, [&report, &sets, seed = s.seed](const std::function<void(double)>& done) {
    const Parts test = encode_test(*sets.generator, sets);
    const auto trained = accuracies(*sets.generator, sets, test, done);
    const models::Trained start = sets.generator->untrained(seed);
    const auto untrained = accuracies(start, sets, encode_test(start, sets), [](double) {});
    report.title("Codes: the 1-nearest-neighbour classifier of " + std::to_string(sets.train.size()) +
                 " training images");
    for (const auto& [name, a] : trained)
      report.line("%s: %.2f %% of %lld test images right  (%lld numbers; of an untrained encoder %.2f %%)",
                  name.c_str(), 100 * a.share, static_cast<long long>(sets.real.shape(0)),
                  static_cast<long long>(a.numbers), 100 * untrained.at(name).share);
    if (test.has("categories")) report_categories(report, sets, test["categories"]);
  });
}

}  // namespace gan::app::evaluation
