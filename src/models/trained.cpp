// See models/trained.hpp.
#include "gan/models/trained.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "gan/config.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "src/models/files.hpp"

namespace gan {
namespace {

using models::AnySystem;

constexpr char input_key[] = "libgan.input.";

/// The number of examples that pass through the networks at once. On the CPU an image has the same bits in a batch of
/// any size, unless it is normalised with batch statistics; larger numbers go in pieces, so that the layers hold only
/// one.
constexpr i64 at_once = 256;

/// What is averaged and kept of a system.
struct Generators {
  AnySystem& system;
  void visit(Visitor& v) { system.visit_generators(v); }
};

const std::string& name_in(const std::map<const void*, std::string>& names, const void* memory) {
  const auto found = names.find(memory);
  if (found == names.end()) throw FormatError("its generators have a parameter that the system does not visit");
  return found->second;
}

/// Reads the weights of the generators: under their own names, or, in a checkpoint, as "ema.…" or under the names that
/// the system gives to them.
void read_weights(AnySystem& system, const io::SafeTensors& file) {
  std::map<const void*, std::string> names;
  each_param(system, [&names](const std::string& name, Param<float>& p) { names.emplace(p.data(), name); });
  const bool is_checkpoint = models::detail::is_checkpoint(file), averaged = models::detail::has_average(file);
  const bool own_names = !is_checkpoint || averaged;
  const std::string prefix = is_checkpoint && averaged ? "ema." : "";
  std::vector<std::string> read{prefix + "steps"};  // the count of a moving average, which is not needed here
  Generators generators{system};
  Visitor visitor([&](const std::string& name, Param<float>& p) {
    read.push_back(own_names ? prefix + name : name_in(names, p.data()));
    p.set(io::detail::from_file<float>(file, read.back(), p));
  });
  visitor.when_computed([&](const std::string& name, const ComputedWeight<float>& weight) {
    if (is_checkpoint || !file.contains(name)) return false;
    read.push_back(name);
    weight.assign(io::detail::from_file<float>(file, name, weight.like));
    return true;
  });
  generators.visit(visitor);
  if (own_names) io::detail::require_no_others(file, prefix, read);
}

/// What the abilities take, as the file says it: code that has changed since must not read it in another way.
void keep_inputs_of(Abilities& abilities, const io::SafeTensors& file) {
  for (Ability& ability : abilities) {
    const auto found = file.metadata().find(input_key + ability.name);
    if (found != file.metadata().end()) ability.input = read_fields<InputSpec>(found->second);
  }
}

/// The system that a file names.
const models::SystemEntry& entry_named(const std::string& name) {
  try {
    return models::find_system(name);
  } catch (const ValueError& e) { throw FormatError(e.what()); }
}

/// The file that a path refers to.
std::string file_of(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return path;
  for (const char* name : {"/generator.safetensors", "/checkpoints/latest.safetensors"})
    if (std::filesystem::exists(path + name, ignored)) return path + name;
  throw IoError("[load] " + path + ": holds neither generator.safetensors nor checkpoints/latest.safetensors");
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

namespace models {

std::vector<std::string> Trained::abilities() const {
  std::vector<std::string> names;
  for (const Ability& ability : abilities_) names.push_back(ability.name);
  return names;
}

const Ability* Trained::find(const std::string& name) const {
  for (const Ability& ability : abilities_)
    if (ability.name == name) return &ability;
  return nullptr;
}

const Ability& Trained::need(const std::string& name) const {
  if (const Ability* const found = find(name)) return *found;
  throw ValueError("[Trained] a " + model_ + " cannot " + name + "; it can: " + list_of(abilities()));
}

const InputSpec& Trained::input() const {
  const Ability* const sampling = find("sample");
  return sampling != nullptr || abilities_.empty() ? need("sample").input : abilities_.front().input;
}

Parts Trained::run(const Ability& ability, Parts input, u64 seed) const {
  const NoGrad constant;
  Pass pass = io::sampling_pass(ability.input, seed);
  const i64 n = input.rows();
  const auto rows_from = [&](i64 begin, i64 end) {
    Parts piece;
    for (const auto& [name, value] : input) piece.set(name, rows(value, begin, end).to(device_));
    return ability.run(piece, pass);
  };
  if (n <= at_once || pass.batch_stats) return rows_from(0, n);
  std::vector<Parts> pieces;
  for (i64 begin = 0; begin < n; begin += at_once) pieces.push_back(rows_from(begin, std::min(n, begin + at_once)));
  Parts whole;
  for (const auto& [name, value] : pieces.front()) {
    Tensors<float> values;
    for (const Parts& piece : pieces) values.push_back(piece[name]);
    whole.set(name, concat(values));
  }
  return whole;
}

Parts Trained::apply(const std::string& name, const Parts& given, u64 seed) const {
  const Ability& ability = need(name);
  Parts input = given;
  if (given.empty())
    throw ValueError("[Trained] no parts were given to " + name + "; it takes: " + list_of(part_names(ability.input)));
  for (const auto& [part, value] : given)
    if (value.rank() == 0 || value.shape(0) != given.rows())
      throw ValueError("[Trained] the part '" + part + "' has the shape " + to_string(value.shape()) + ", but there are " +
                       std::to_string(given.rows()) + " examples");
  Rng rng{seed, name_stream("sample"), 0};
  for (const auto& [part, value] : draw_input<float>(ability.input, given.rows(), rng))
    if (!input.has(part)) input.set(part, value);
  for (const std::string& part : part_names(ability.input))
    if (!input.has(part))
      throw ValueError("[Trained] " + name + " needs the part '" + part + "'; given were: " + given.names());
  return run(ability, std::move(input), seed);
}

Tensor<float> Trained::sample(i64 n, u64 seed, const std::vector<i64>& labels) const {
  const Ability& ability = need("sample");
  return run(ability, io::sample_input<float>(ability.input, n, seed, labels), seed)["x"];
}

Tensor<float> Trained::images(const Tensor<float>& latents, std::vector<i64> labels) const {
  const Ability& ability = need("sample");
  const InputSpec& how = ability.input;
  GAN_CHECK_SHAPE(latents.defined() && latents.rank() == 2 && latents.shape(0) >= 1 &&
                      latents.shape(1) == how.latent.size,
                  "Trained", "latents (n, size) of the system's are needed", latents.shape(),
                  Shape{1, how.latent.size});
  return run(ability, io::sample_input<float>(how, latents.shape(0), 1, std::move(labels)).set("z", latents), 1)["x"];
}

Trained Trained::untrained(u64 seed) const {
  const auto options = find_system(model_).options();
  options->read(options_);
  auto system = options->make();
  init(*system, seed);
  Trained fresh = *this;
  fresh.take(std::move(system), device_);
  for (std::size_t i = 0; i < abilities_.size(); ++i) fresh.abilities_[i].input = abilities_[i].input;
  return fresh;
}

void Trained::take(std::unique_ptr<AnySystem> system, Device device) {
  system_ = std::move(system);
  Generators generators{*system_};
  to(generators, device);
  device_ = device;
  options_ = system_->options();
  abilities_ = system_->abilities();
  preprocess_ = system_->preprocessing();
}

Shape Trained::image_shape() const { return sample(2).shape().tail(); }

io::Metadata metadata_of(AnySystem& system) {
  io::Metadata metadata{{"model", system.name()}, {"options", system.options()}};
  for (const Ability& ability : system.abilities()) metadata[input_key + ability.name] = write_fields(ability.input);
  return metadata;
}

void save(AnySystem& system, const std::string& path) {
  Generators generators{system};
  io::Metadata metadata = metadata_of(system);
  metadata["libgan.version"] = GAN_VERSION_STRING;
  io::save_folded_weights(generators, path, metadata);
}

}  // namespace models

models::Trained load(const std::string& path, Device device) {
  const io::SafeTensors file = io::read_safetensors(file_of(path));
  return models::detail::reading(file, [&] {
    using models::detail::value_of;
    models::Trained trained;
    trained.model_ = value_of(file, "model",
                              "holds weights of an unknown architecture (no \"model\" in its metadata); load it with "
                              "io::load_weights into a network of your own");
    const std::unique_ptr<models::AnyOptions> options = entry_named(trained.model_).options();
    options->read(value_of(file, "options", "does not say the options of its model"));
    auto system = options->make();
    read_weights(*system, file);
    trained.take(std::move(system), device);
    keep_inputs_of(trained.abilities_, file);
    return trained;
  });
}

models::Trained load_generator(const std::string& path, Device device) {
  models::Trained trained = load(path, device);
  if (!trained.can("sample"))
    throw FormatError(path + ": holds a " + trained.model() + ", which cannot sample; it can: " +
                      list_of(trained.abilities()));
  return trained;
}

}  // namespace gan
