// Pictures of what a system can do, during training: see app/training.hpp.
#include <algorithm>

#include "gan/io/samples.hpp"
#include "src/app/training_parts.hpp"

namespace gan::app::detail {
namespace {

bool is_drawn(const InputSpec& input) { return input.x.rank() == 0 && !input.mask && input.text_length == 0; }
bool is_images(const Var& x) { return x.defined() && x.rank() == 4 && (x.shape(3) == 1 || x.shape(3) == 3); }

Parts run(const Ability& ability, const Parts& input, u64 seed) {
  const NoGrad constant;
  Pass pass = io::sampling_pass(ability.input, seed);
  return ability.run(input, pass);
}

/// The first eight examples of the data, and what the ability makes of them: one row each.
struct Before {
  Parts given, made;
};
Before apply(const Ability& ability, const data::Source& data, u64 seed, Device device) {
  std::vector<i64> first;
  for (i64 i = 0; i < std::min<i64>(8, data.size()); ++i) first.push_back(i);
  const Parts batch = data.batch(first, {.seed = seed, .epoch = 0}).to(device);
  Rng rng{seed, name_stream("sample"), 0};
  const InputSpec& input = ability.input;
  const bool from_y = ability.name == "translate_back" && batch.has("y");
  const Parts known = from_y ? Parts(batch).set("x", batch["y"]) : batch;
  Parts fed = input_for<float>(input, known, rng);
  Parts made = run(ability, fed, seed);
  return {std::move(fed), std::move(made)};
}

void save(const std::string& folder, const std::string& name, i64 round, const Var& images, io::GridOptions grid) {
  std::string number = std::to_string(round);
  if (number.size() < 8) number.insert(0, 8 - number.size(), '0');
  io::save_grid(folder + "/" + name + "round_" + number + ".png", images, grid);
  io::save_grid(folder + "/" + name + "latest.png", images, grid);
}

void draw(const Ability& ability, const std::string& name, const data::Source& data, u64 seed, i64 round,
          const std::string& folder, Device device) {
  const InputSpec& how = ability.input;
  if (is_drawn(how)) {
    const i64 n = 8 * io::grid_of(how, 1).columns;
    const Parts made = run(ability, io::sample_input<float>(how, n, seed, {}, device), seed);
    if (made.has("x") && is_images(made["x"])) save(folder, name, round, made["x"], io::grid_of(how, n));
    return;
  }
  const Before b = apply(ability, data, seed, device);
  if (!b.made.has("x") || !is_images(b.made["x"])) return;
  const Var after = b.made["x"];
  const i64 columns = after.shape(0);
  const bool shown = b.given.has("x") && b.given["x"].shape() == after.shape();
  // What was given, in the range of what was made.
  const double scale = (double{how.high} - how.low) / (double{how.x_high} - how.x_low);
  const auto given = [&] { return scale * (b.given["x"] - how.x_low) + how.low; };
  save(folder, name, round, shown ? concat<float>({given(), after}) : after,
       {.rows = shown ? 2 : 1, .columns = columns, .low = how.low, .high = how.high});
}

}  // namespace

Var draw_samples(models::AnySystem& system, i64 n, u64 seed) {
  for (const Ability& ability : system.abilities())
    if (ability.name == "sample")
      return run(ability, io::sample_input<float>(ability.input, n, seed, {}, device_of(system)), seed)["x"].to(
          Device::cpu());
  throw UsageError("a " + system.name() + " has no samples to measure");
}

void draw_pictures(models::AnySystem& system, const data::Source& data, u64 seed, i64 round,
                   const std::string& folder) {
  const Device device = device_of(system);
  bool first = true;
  for (const Ability& ability : system.abilities()) {
    draw(ability, first ? "" : ability.name + "_", data, seed, round, folder, device);
    first = false;
  }
}

}  // namespace gan::app::detail
