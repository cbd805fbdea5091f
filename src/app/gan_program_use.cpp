// gan sample and gan apply: see app/gan_program.hpp.
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

#include "gan/data/image.hpp"
#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/io/samples.hpp"
#include "gan/models/trained.hpp"
#include "src/app/gan_program_parts.hpp"

namespace gan::app {

void SampleFlags::add_to(Options& options) {
  options.add("--out FILE", out, "the PNG file to write")
      .add("--count N", count, "samples to draw", {.min = 1, .max = 100000})
      .add("--seed N", seed, "of the samples")
      .add("--class N", label, "draw this class only; -1: all in turn", {.min = -1, .max = 65535})
      .add("--text SENTENCE", text, "what the samples show, for systems that read");
}

void ApplyFlags::add_to(Options& options) {
  options.add("--ability NAME", ability, "what to do; by default the first that takes an image")
      .add("--mask FILE", mask, "an image, white where the input is known, for systems that complete")
      .add("--class N", label, "for systems that take a class", {.min = -1, .max = 65535})
      .add("--text SENTENCE", text, "for systems that read")
      .add("--seed N", seed, "of what is drawn");
}

namespace {

namespace fs = std::filesystem;

/// The part text: one sentence for n examples. Throws UsageError for words that the system has never read.
Var text_part(const InputSpec& input, const std::string& sentence, i64 n) {
  if (sentence.empty()) throw UsageError("--text says what the images are to show");
  const auto unknown = input.vocabulary.unknown(sentence);
  if (!unknown.empty()) throw UsageError("--text: the system has never read the word '" + unknown.front() + "'");
  const std::vector<i64> one = input.vocabulary.numbers(sentence, input.text_length);
  std::vector<float> all;
  for (i64 i = 0; i < n; ++i) all.insert(all.end(), one.begin(), one.end());
  return Var::from(all, {n, input.text_length});
}

/// The part labels: one class, or all in turn.
Var labels_part(const InputSpec& input, i64 label, i64 n) {
  if (label < 0) {
    std::vector<float> all;
    for (i64 i = 0; i < n; ++i) all.push_back(static_cast<float>(i % input.classes));
    return Var::from(all, {n});
  }
  if (label >= input.classes)
    throw UsageError("--class " + std::to_string(label) + ", but there are only " + std::to_string(input.classes) +
                     " classes");
  return Var::full({n}, static_cast<float>(label));
}

/// Throws UsageError for a flag that the system has no use for.
void refuse_idle(const models::Trained& trained, const InputSpec& input, const std::string& text, i64 label,
                 const std::string& mask) {
  const auto refuse = [&trained](const char* flag, const char* what) {
    throw UsageError(std::string(flag) + ": a " + trained.model() + " takes no " + what);
  };
  if (!text.empty() && input.text_length == 0) refuse("--text", "text");
  if (label >= 0 && input.classes == 0) refuse("--class", "class");
  if (!mask.empty() && !input.mask) refuse("--mask", "mask");
}

/// An image as the part x (1, H, W, C) in [low, high].
Var image_part(const std::string& path, const Shape& shape, float low, float high) {
  const i64 size = shape.rank() == 3 ? shape[0] : 0, channels = shape.rank() == 3 ? shape[2] : 3;  // 0: as it is
  const Image image = data::read_image(path, {.size = size, .channels = channels});
  std::vector<float> values;
  for (const u8 byte : image.pixels) values.push_back(low + (high - low) * static_cast<float>(byte) / 255);
  return Var::from(values, {1, image.height, image.width, image.channels});
}

void save_image(const std::string& path, const Var& image, const InputSpec& how) {
  io::save_grid(path, image, {.rows = 1, .columns = 1, .padding = 0, .low = how.low, .high = how.high});
}

/// The ability to apply: the one that is asked for, or the first that takes an image.
std::string chosen(const models::Trained& trained, const std::string& wanted) {
  if (!wanted.empty()) {
    if (!trained.can(wanted)) throw UsageError("--ability " + wanted + ": a " + trained.model() + " cannot");
    return wanted;
  }
  for (const std::string& name : trained.abilities())
    if (trained.input(name).x.rank() > 0) return name;
  throw UsageError("a " + trained.model() + " does nothing with images; gan sample draws from it");
}

/// The words whose tags are there.
void print_words(const Vocabulary& vocabulary, const Var& tags) {
  std::istringstream words(vocabulary.text());
  std::string word;
  for (const float v : tags.to_vector())
    if (words >> word && v > 0.5f) std::printf(" %s", word.c_str());
}

void write(const std::string& path, const Parts& made, const InputSpec& how) {
  for (const auto& [name, value] : made) {
    if (value.rank() == 4 && (value.shape(3) == 1 || value.shape(3) == 3)) {
      save_image(path, value.to(Device::cpu()), how);
      continue;
    }
    std::printf("%s:", name.c_str());
    if (name == "tags")
      print_words(how.vocabulary, value);
    else
      for (const float v : value.to_vector()) std::printf(" %g", static_cast<double>(v));
    std::printf("\n");
  }
}

}  // namespace

int sample_run(const Words& words) {
  SampleFlags flags;
  Options options("gan sample", "draws samples from a trained system: gan sample RUN");
  flags.add_to(options);
  if (!words.parse(options)) return 0;
  if (words.given.size() != 1) throw UsageError("gan sample takes one run");
  const models::Trained trained = load_generator(words.given[0]);
  const InputSpec& input = trained.input();
  refuse_idle(trained, input, flags.text, flags.label, "");
  Parts parts;
  if (input.text_length > 0) parts.set("text", text_part(input, flags.text, flags.count));
  if (input.classes > 0) parts.set("labels", labels_part(input, flags.label, flags.count));
  const Var samples =
      parts.empty() ? trained.sample(flags.count, flags.seed) : trained.apply("sample", parts, flags.seed)["x"];
  if (samples.rank() != 4) throw UsageError("the samples of a " + trained.model() + " are not images");
  io::make_directory_of(flags.out);
  io::save_grid(flags.out, samples, io::grid_of(input, flags.count));
  return 0;
}

int apply_run(const Words& words) {
  ApplyFlags flags;
  Options options("gan apply", "applies a trained system to images: gan apply RUN IN... OUT");
  flags.add_to(options);
  if (!words.parse(options)) return 0;
  if (words.given.size() < 3)
    throw UsageError("gan apply takes a run, at least one image, and the file or folder to write");
  const models::Trained trained = load(words.given[0]);
  const std::string ability = chosen(trained, flags.ability), out = words.given.back();
  const InputSpec& input = trained.input(ability);
  refuse_idle(trained, input, flags.text, flags.label, flags.mask);
  std::set<std::string> written;
  const bool to_folder = words.given.size() > 3 || fs::is_directory(out);
  for (std::size_t i = 1; i + 1 < words.given.size(); ++i) {
    const std::string& file = words.given[i];
    Parts parts{{"x", image_part(file, input.x, input.x_low, input.x_high)}};
    if (input.mask) {
      if (flags.mask.empty()) throw UsageError("--mask says where the image is known");
      const Var grey = image_part(flags.mask, input.x.with(-1, 1), 0, 1);
      std::vector<float> known;
      for (const float v : grey.values()) known.push_back(v >= 0.5f ? 1.0f : 0.0f);
      const Var mask = Var::from(known, grey.shape());
      if (mask.shape() != parts["x"].shape().with(3, 1))
        throw DataError("--mask " + flags.mask + ": is of another size than " + file);
      parts.set("mask", mask);
    }
    if (input.text_length > 0) parts.set("text", text_part(input, flags.text, 1));
    if (input.classes > 0) parts.set("labels", labels_part(input, flags.label, 1));
    const std::string path = to_folder ? out + "/" + fs::path(file).stem().string() + ".png" : out;
    if (!written.insert(path).second) throw UsageError("two images would be written to " + path);
    io::make_directory_of(path);
    write(path, trained.apply(ability, parts, flags.seed), input);
  }
  return 0;
}

}  // namespace gan::app
