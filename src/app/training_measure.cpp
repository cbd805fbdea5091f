// Measuring samples during training: see app/training.hpp.
#include <algorithm>

#include "gan/data/loader.hpp"
#include "gan/metrics/parzen.hpp"
#include "gan/models/classifier.hpp"
#include "src/app/training_parts.hpp"

namespace gan::app {

void MeasureFlags::add_to(Options& options) {
  options
      .add("--measure NAME", measure, "what is measured during training: lower is better",
           {"classifier-fid", "parzen", "test-errors"})
      .not_in_config()
      .add("--classifier FILE", classifier, "for the classifier-FID, see the program classifier")
      .not_in_config()
      .add("--measure-every N", every, "rounds between measurements; 0: none", {.min = 0, .max = 1000000000000})
      .not_in_config();
}

namespace {

const data::Images& images_of(const data::Source& data) {
  const data::Images* const images = data.as<data::Images>();
  if (images == nullptr) throw UsageError("--measure-every: the data must be plain images");
  return *images;
}

/// The negative of the mean Parzen log-likelihood of validation images, which Goodfellow et al. 2014 monitor.
std::function<double(const Var&)> parzen(const TrainingFlags& flags, models::AnySystem& system) {
  constexpr i64 count = 1000;
  TrainingFlags all = flags;
  all.train_images = 0;
  const data::Source source = all.open(system.needs());
  const data::Images& images = images_of(source);
  if (flags.train_images == 0 || images.size() < flags.train_images + count)
    throw UsageError("--measure parzen needs 1,000 images that --train-images leaves out");
  std::vector<i64> places;
  for (i64 i = 0; i < count; ++i) places.push_back(flags.train_images + i);
  Var validation = images.batch(places)["x"];
  if (const auto preprocess = system.preprocessing()) validation = preprocess(validation);
  return [validation](const Var& samples) {
    const auto r = metrics::parzen(samples, validation, rows(validation, 0, 1));
    return -*std::max_element(r.validation_means.begin(), r.validation_means.end());
  };
}

/// How many of these images a classifier puts into another class than their labels.
i64 errors(const Ability& classify, const data::Source& images, Device device) {
  const NoGrad constant;
  data::Loader loader(images, {.batch_size = std::min<i64>(1000, images.size()), .shuffle = false, .drop_last = false});
  i64 wrong = 0;
  for (i64 k = 0; k < loader.batches_per_epoch(); ++k) {
    const data::Batch batch = loader.next();
    Pass pass = Pass::inference();
    const Var logits = classify.run({{"x", batch["x"].to(device)}}, pass)["logits"].to(Device::cpu());
    const float* row = logits.data();
    for (const i64 label : batch.integers("labels")) {
      wrong += std::max_element(row, row + logits.shape(1)) - row != label;
      row += logits.shape(1);
    }
  }
  return wrong;
}

/// The number of test images that the system puts into a wrong class.
std::function<double(const Var&)> test_errors(const TrainingFlags& flags, models::AnySystem& system) {
  for (const Ability& ability : system.abilities()) {
    if (ability.name != "classify") continue;
    const data::Needs own = system.needs(), needs{.x = own.x, .labels = true, .low = own.low, .high = own.high};
    const data::Source test = data::open(needs, {.data = flags.data, .split = data::Split::test});
    return
        [ability, test, &system](const Var&) { return static_cast<double>(errors(ability, test, device_of(system))); };
  }
  throw UsageError("--measure test-errors: a " + system.name() + " does not classify");
}

}  // namespace

Measurement MeasureFlags::measurement(const TrainingFlags& flags, models::AnySystem& system,
                                      const data::Source& data) const {
  if (every == 0 && classifier.empty()) return {};
  if (!classifier.empty() && measure != "classifier-fid")
    throw UsageError("--classifier goes with --measure classifier-fid, not with " + measure);
  detail::draw_samples(system, 2, flags.seed);  // what cannot be measured is refused now; one has no batch statistics
  if (measure == "parzen")
    return {.name = "parzen_nll", .every = every, .samples = 10000, .metric = parzen(flags, system)};
  if (measure == "test-errors")
    return {.name = "test_errors", .every = every, .samples = 2, .metric = test_errors(flags, system)};
  if (classifier.empty() || every == 0) throw UsageError("--classifier and --measure-every go together");
  return {.name = "classifier_fid",
          .every = every,
          .metric = models::classifier_distance(backbones::load_classifier(classifier), images_of(data))};
}

}  // namespace gan::app
