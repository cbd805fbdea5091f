// The list of systems.
#include "gan/models/system.hpp"

#include "gan/core/suggest.hpp"
#include "gan/models/aae.hpp"
#include "gan/models/acgan.hpp"
#include "gan/models/began.hpp"
#include "gan/models/bigan.hpp"
#include "gan/models/cgan.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/convolutional_cgan.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/dragan.hpp"
#include "gan/models/goodfellow.hpp"
#include "gan/models/improved_gan.hpp"
#include "gan/models/infogan.hpp"
#include "gan/models/lsgan.hpp"
#include "gan/models/projection_gan.hpp"
#include "gan/models/r3gan.hpp"
#include "gan/models/sngan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/models/wgan.hpp"
#include "gan/models/wgan_gp.hpp"
#include "gan/nn/summary.hpp"

namespace gan::models {

static std::vector<SystemEntry>& list() {
  static std::vector<SystemEntry> all{
      entry_of<Goodfellow>(),
      entry_of<Vanilla>(),
      entry_of<Cgan>(),
      entry_of<ConvolutionalCgan>(),
      entry_of<Dcgan>(),
      entry_of<ConditionalDcgan>(),
      entry_of<Aae>(),
      entry_of<Bigan>(),
      entry_of<ImprovedGan>(),
      entry_of<Infogan>(),
      entry_of<Lsgan>(),
      entry_of<Wgan>(),
      entry_of<Began>(),
      entry_of<Acgan>(),
      entry_of<WganGp>(),
      entry_of<Dragan>(),
      entry_of<Sngan>(),
      entry_of<ProjectionGan>(),
      entry_of<R3gan>(),
  };
  return all;
}

const std::vector<SystemEntry>& systems() { return list(); }

const SystemEntry& find_system(const std::string& name) {
  std::vector<std::string> names;
  for (const SystemEntry& entry : list()) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw ValueError("there is no system '" + name.substr(0, 80) + "'; did you mean '" + nearest(name, names) + "'?");
}

void AnyOptions::take(const std::map<std::string, std::string>& facts) {
  for (const Field& field : fields()) {
    const auto known = facts.find(field.name);
    if (known == facts.end()) continue;
    if (i64* const* number = std::get_if<i64*>(&field.value)) {
      i64 fact = 0;
      gan::detail::parse_field(known->second, fact);
      if (**number == 0) **number = fact;
      if (**number < fact)
        throw ValueError("[system] " + field.name + " is " + std::to_string(**number) + ", but the data have " +
                         known->second);
    }
    if (std::string* const* text = std::get_if<std::string*>(&field.value); text != nullptr && (*text)->empty())
      **text = known->second;
  }
}

namespace {

/// Two examples of zeros: enough for a BatchNorm that uses the statistics of its batch.
Parts zeros(const InputSpec& spec, Device device) {
  constexpr i64 n = 2;
  Parts parts;
  Shape x = spec.x.rank() > 0 ? spec.x.prepend(n) : Shape{n};
  for (int axis = 1; axis < x.rank(); ++axis)
    if (x[axis] == 0) x = x.with(axis, 64);  // any size
  for (const std::string& name : part_names(spec)) {
    Shape shape{n};
    if (name == "x") shape = x;
    if (name == "mask") shape = x.with(-1, 1);
    if (name == "z") shape = {n, spec.latent.size};
    if (name == "codes") shape = {n, spec.codes};
    if (name == "text") shape = {n, spec.text_length};
    parts.set(name, Var::zeros(shape, device));
  }
  return parts;
}

}  // namespace

std::string describe(AnySystem& system) {
  std::string text;
  const Abilities abilities = system.abilities();
  if (!abilities.empty()) {
    Summary summary;
    const NoGrad constant;
    Pass pass = Pass::inference();
    pass.trace = &summary.layers;
    abilities.front().run(zeros(abilities.front().input, device_of(system)), pass);
    for (const LayerRecord& layer : summary.layers) {
      summary.count.trainable += layer.trainable;
      summary.count.non_trainable += layer.parameters - layer.trainable;
    }
    text += abilities.front().name + "\n" + to_string(summary);
  }
  std::vector<std::pair<std::string, i64>> networks;
  each_distinct_param(system, [&networks](const std::string& name, Param<float>& p) {
    const std::string network = name.substr(0, name.find('.'));
    if (networks.empty() || networks.back().first != network) networks.emplace_back(network, 0);
    if (p.trainable()) networks.back().second += p.size();
  });
  for (const auto& [name, count] : networks) text += name + ": " + std::to_string(count) + " trainable parameters\n";
  return text;
}

void detail::add_system(SystemEntry entry) {
  for (const SystemEntry& other : list())
    if (other.name == entry.name) throw ValueError("[add_system] there is a system '" + entry.name + "' already");
  list().push_back(std::move(entry));
}

}  // namespace gan::models
