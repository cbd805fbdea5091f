// The two sets of images, the report and the order of tasks.
#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <filesystem>

#include "gan/app/config.hpp"
#include "gan/data/folder.hpp"
#include "gan/data/loader.hpp"
#include "gan/data/locate.hpp"
#include "gan/data/needs.hpp"
#include "src/app/evaluation_parts.hpp"

namespace gan::app::evaluation {
namespace {

/// The dataset named in the configuration of a run, or empty if there is none.
std::string data_of(const std::string& run) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path folder = run;
  if (!fs::is_directory(folder, ignored)) folder = folder.parent_path();
  for (const fs::path& place : {folder, folder.parent_path()}) {
    if (!fs::exists(place / "config.toml", ignored)) continue;
    for (const ConfigEntry& entry : read_config((place / "config.toml").string()))
      if (entry.key == "data") return entry.value;
  }
  return "";
}

Var all_of(const data::Images& images, i64 n) {
  return data::Loader(images, {.batch_size = n, .shuffle = false, .prefetch = 0}).batch_at(0)["x"];
}

/// Images as preprocessed for the discriminator of a run, rounded to bytes.
data::Images preprocessed(const models::Trained& generator, const data::Images& images) {
  if (!generator.preprocesses()) return images;
  const float low = generator.input().low, high = generator.input().high;
  const data::Images scaled = images.scale(low, high);
  constexpr i64 some = 1000;
  std::vector<u8> bytes;
  data::Annotations kept{.labels = {}, .classes = images.classes(), .captions = {}};
  for (i64 first = 0; first < images.size(); first += some) {
    std::vector<i64> places;
    for (i64 i = first; i < std::min(images.size(), first + some); ++i) {
      places.push_back(i);
      if (images.labelled()) kept.labels.push_back(images.label(i));
    }
    const auto seen = data::Images::from_tensor(generator.preprocess(scaled.batch(places)["x"]), low, high);
    bytes.insert(bytes.end(), seen.pixels().begin(), seen.pixels().end());
  }
  return {std::move(bytes), images.shape(), std::move(kept)};
}

data::Images open_images(const std::string& name, data::Split split, const Shape& image) {
  const data::Source source = data::open({.x = image}, {.data = name, .split = split});
  return *source.as<data::Images>();
}

Sets of_run(const Settings& s) {
  Sets sets;
  sets.generator = load_generator(s.run);
  sets.name = s.data.empty() ? data_of(s.run) : s.data;
  if (sets.name.empty()) throw UsageError("--run " + s.run + " has no config.toml that names its data; --data does");
  if (sets.generator->input().text_length > 0)
    throw UsageError("a " + sets.generator->model() + " draws what a sentence says; evaluate needs samples by themselves");
  const Shape image = sets.generator->image_shape();
  if (image.rank() != 3) throw UsageError("the samples of a " + sets.generator->model() + " are not images");
  sets.border = data::border_of(sets.name, image[0]);
  const auto split = [&](data::Split which) {
    return preprocessed(*sets.generator, open_images(sets.name, which, image)).scale(-1, 1);
  };
  sets.train = split(data::Split::train);
  data::Images test;
  try {
    test = split(data::Split::test);
  } catch (const DataError&) { test = sets.train; }  // a folder without splits
  const i64 n = std::min(s.samples, test.size());
  sets.real = all_of(test, n);
  sets.classes = test.classes();
  if (test.labelled())
    for (i64 i = 0; i < n; ++i) sets.real_labels.push_back(test.label(i));
  sets.generated = draw(*sets.generator, s.samples, s.seed);
  if (const i64 classes = sets.generator->input().classes; classes > 0)
    for (i64 i = 0; i < s.samples; ++i) sets.wanted.push_back(i % classes);
  return sets;
}

/// Whether red, green and blue are equal everywhere.
bool is_grey(const data::Images& images) {
  const std::span<const u8> bytes = images.pixels();
  for (std::size_t i = 0; i < bytes.size(); i += 3)
    if (bytes[i] != bytes[i + 1] || bytes[i] != bytes[i + 2]) return false;
  return true;
}

Sets of_folders(const Settings& s) {
  Sets sets;
  sets.name = s.data.empty() ? s.real : s.data;
  data::Images real = data::folder(s.real, {.size = s.size}).scale(-1, 1);
  data::Images generated = data::folder(s.generated, {.size = s.size}).scale(-1, 1);
  if (is_grey(real) && is_grey(generated)) {
    real = real.with_channels(1);
    generated = generated.with_channels(1);
  }
  const auto all = [&s](const data::Images& images) {
    return all_of(images, s.paired ? images.size() : std::min(images.size(), s.samples));
  };
  sets.real = all(real);
  sets.generated = all(generated);
  if (sets.real.shape().tail() != sets.generated.shape().tail())
    throw DataError("images of " + s.real + " are " + to_string(sets.real.shape().tail()) + " and those of " +
                    s.generated + " " + to_string(sets.generated.shape().tail()) + "; --size makes them alike");
  return sets;
}

}  // namespace

Var draw(const models::Trained& generator, i64 n, u64 seed) {
  const InputSpec& how = generator.input();
  Var images = how.batch_statistics ? Var() : generator.sample(n, seed);
  if (how.batch_statistics) {
    constexpr i64 batch = 128;
    Tensors<float> parts;
    for (i64 first = 0; first < n; first += batch) {
      std::vector<i64> labels;
      for (i64 i = first; how.classes > 0 && i < first + batch; ++i) labels.push_back(i % how.classes);
      parts.push_back(rows(generator.sample(batch, seed + static_cast<u64>(first) * 1000003, labels), 0,
                           std::min(batch, n - first)));
    }
    images = concat(parts);
  }
  return all_of(data::Images::from_tensor(images, how.low, how.high).scale(-1, 1), n);
}

Var some_of(const data::Images& images, i64 n, u64 seed) {
  n = std::min(n, images.size());
  return data::Loader(images, {.batch_size = n, .seed = seed, .prefetch = 0}).batch_at(0)["x"];
}

Sets load_sets(const Settings& s) {
  if (s.run.empty() == (s.real.empty() && s.generated.empty()))
    throw UsageError("give --run, or --real and --generated");
  if (!s.run.empty() && s.paired) throw UsageError("--paired goes with --real and --generated");
  if (!s.run.empty()) return of_run(s);
  if (s.real.empty() || s.generated.empty()) throw UsageError("--real and --generated go together");
  return of_folders(s);
}

void Report::line(const char* format, ...) {
  char text[1024];
  std::va_list values;
  va_start(values, format);
  std::vsnprintf(text, sizeof text, format, values);
  va_end(values);
  text_ += std::string("  ") + text + "\n";
}

void Work::run() const {
  i64 total = 0, done = 0;
  for (const Item& item : steps_) total += item.weight;
  Progress progress({.total = total, .unit = "step", .seconds_between_lines = 5});
  for (const Item& item : steps_) {
    progress.update(done, {});
    item.step(
        [&](double share) { progress.update(done + static_cast<i64>(share * static_cast<double>(item.weight)), {}); });
    done += item.weight;
  }
  progress.update(done, {});
  progress.finish();
}

}  // namespace gan::app::evaluation
