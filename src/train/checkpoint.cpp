// Writing and reading the contents of a checkpoint.
#include "gan/train/checkpoint.hpp"

#include <set>
#include <utility>

#include "gan/config.hpp"
#include "gan/io/weights.hpp"
#include "src/train/run_description.hpp"

namespace gan {
namespace {

constexpr char version_key[] = "libgan.checkpoint", run_key[] = "libgan.run";
constexpr char version[] = "3", version_before[] = "2";

/// Every parameter that a player updates must belong to a part that the game includes, else its buffers would be lost.
template <class T>
void require_included(BasicGame<T>& game) {
  std::set<const void*> included;
  each_param(game, [&included](const std::string&, Param<T>& p) { included.insert(p.tensor().storage().get()); });
  for (auto& player : game.players)
    for (std::size_t i = 0; i < player.parameters.tensors.size(); ++i)
      if (included.count(player.parameters.tensors[i].storage().get()) == 0)
        throw ValueError("[checkpoint] the player '" + player.name + "' updates '" + player.parameters.names[i] +
                         "', which belongs to nothing that the game includes; call game.include(\"" + player.name +
                         "\", network)");
}

std::string optimizer_prefix(const std::string& player) { return "optimizer." + player + "."; }

/// The changes that a file will make, collected first so that nothing changes if the file does not fit.
template <class T>
struct Changes {
  std::vector<std::pair<Tensor<T>, Tensor<T>>> tensors;  // handle, values
  io::detail::ReadWeights<T> weights;
  std::vector<std::pair<u64*, u64>> counters;
  std::vector<std::pair<double*, double>> numbers;
  std::vector<std::pair<data::Loader*, data::Cursor>> cursors;
  std::vector<std::string> names;

  void apply() {
    weights.apply();
    for (auto& [tensor, values] : tensors) tensor.copy_from(values.to(tensor.device()));
    for (auto& [counter, value] : counters) *counter = value;
    for (auto& [number, value] : numbers) *number = value;
    for (auto& [loader, cursor] : cursors) loader->seek(cursor);
  }
};

u64 counter_in(const io::SafeTensors& file, const std::string& name) {
  const std::vector<u64> value = file.integers<u64>(name);
  if (value.size() != 1) throw FormatError(file.path() + ": '" + name + "' is no single number");
  return value[0];
}

void add_counter(io::SafeTensorsWriter& writer, const std::string& name, u64 value) {
  writer.add(name, std::span<const u64>(&value, 1));
}

std::string source_prefix(const std::string& source) { return "source." + source + "."; }

std::string metadata_of(const io::SafeTensors& file, const char* key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? std::string() : found->second;
}

void require_checkpoint(const io::SafeTensors& file) {
  const std::string format = metadata_of(file, version_key);
  if (format.empty()) throw FormatError(file.path() + ": is no checkpoint: it holds weights at most");
  if (format != version && format != version_before)
    throw FormatError(file.path() + ": is a checkpoint of format " + format + "; this version reads " +
                      version_before + " and " + version);
}

}  // namespace

template <class T>
void add_state(io::SafeTensorsWriter& writer, BasicTrainer<T>& trainer) {
  BasicGame<T>& game = trainer.game();
  require_included(game);
  trainer.check_finite();
  io::add_weights(writer, game);
  each_count(game, [&writer](const std::string& name, u64& count) { add_counter(writer, name, count); });
  each_number(game, [&writer](const std::string& name, double& number) {
    writer.add(name, Tensor<double>::scalar(number));
  });
  for (auto& player : game.players) {
    const std::string prefix = optimizer_prefix(player.name);
    player.optimizer.prepare(player.parameters);
    player.optimizer.visit(
        player.parameters, [&](const std::string& name, Tensor<T>& x) { writer.add(prefix + name, x); },
        [&](const std::string& name, u64& count) { add_counter(writer, prefix + name, count); });
  }
  for (const auto& source : trainer.further_data()) {
    if (source.loader == nullptr) continue;
    add_counter(writer, source_prefix(source.name) + "epoch", source.loader->cursor().epoch);
    add_counter(writer, source_prefix(source.name) + "batch", source.loader->cursor().batch);
  }
  add_counter(writer, "trainer.round", static_cast<u64>(trainer.round()));
  writer.metadata(version_key, version);
  writer.metadata(run_key, detail::run_description(trainer));
  writer.metadata("libgan.version", GAN_VERSION_STRING);
}

template <class T>
void load_state(const io::SafeTensors& file, BasicTrainer<T>& trainer) {
  BasicGame<T>& game = trainer.game();
  require_included(game);
  require_checkpoint(file);
  detail::require_same_run(metadata_of(file, run_key), metadata_of(file, version_key) == version_before,
                           detail::run_description(trainer), file.path());

  Changes<T> changes;
  const auto wanted = [&changes](const std::string& name) -> const std::string& {
    return changes.names.emplace_back(name);
  };
  each_param(game, [&](const std::string& name, Param<T>& p) { changes.weights.read(file, wanted(name), p); });
  each_count(game, [&](const std::string& name, u64& count) {
    changes.counters.emplace_back(&count, counter_in(file, wanted(name)));
  });
  each_number(game, [&](const std::string& name, double& number) {
    const Tensor<double> value = file.get<double>(wanted(name));
    if (value.size() != 1) throw FormatError(file.path() + ": '" + name + "' is no single number");
    changes.numbers.emplace_back(&number, value.item());
  });
  for (auto& player : game.players) {
    const std::string prefix = optimizer_prefix(player.name);
    player.optimizer.prepare(player.parameters);
    player.optimizer.visit(
        player.parameters,
        [&](const std::string& name, Tensor<T>& x) {
          const Tensor<T> values = file.get<T>(wanted(prefix + name));
          if (values.shape() != x.shape())
            throw FormatError(file.path() + ": '" + prefix + name + "' has shape " + to_string(values.shape()) +
                              ", the optimizer's has " + to_string(x.shape()));
          changes.tensors.emplace_back(x, values);
        },
        [&](const std::string& name, u64& count) {
          changes.counters.emplace_back(&count, counter_in(file, wanted(prefix + name)));
        });
  }
  for (const auto& source : trainer.further_data()) {
    if (source.loader == nullptr) continue;
    const std::string prefix = source_prefix(source.name);
    const data::Cursor cursor{counter_in(file, wanted(prefix + "epoch")), counter_in(file, wanted(prefix + "batch"))};
    if (cursor.batch >= static_cast<u64>(source.loader->batches_per_epoch()))
      throw FormatError(file.path() + ": '" + prefix + "batch' is outside of an epoch");
    changes.cursors.emplace_back(source.loader, cursor);
  }
  const u64 round = counter_in(file, wanted("trainer.round"));
  wanted("trainer.best");
  io::detail::require_no_others(file, "", changes.names);
  changes.apply();
  trainer.resume_after(static_cast<i64>(round));
}

template <class T>
void BasicCheckpoints<T>::write(BasicTrainer<T>& trainer, bool best) {
  io::SafeTensorsWriter writer;
  add_state(writer, trainer);
  if (best_ < std::numeric_limits<double>::infinity()) writer.add("trainer.best", Tensor<double>::scalar(best_));
  for (const auto& [key, value] : options_.metadata) writer.metadata(key, value);
  folder_.write(writer, trainer.round(), options_.keep, best);
}

template <class T>
bool BasicCheckpoints<T>::save_if_best(BasicTrainer<T>& trainer, double metric) {
  if (!(metric < best_)) return false;
  const double before = std::exchange(best_, metric);
  try {
    write(trainer, true);
  } catch (...) {
    best_ = before;
    throw;
  }
  return true;
}

template <class T>
bool BasicCheckpoints<T>::resume(BasicTrainer<T>& trainer, std::vector<std::string>* damaged) {
  const auto found = folder_.newest();
  if (!found) return false;
  load(found->file, trainer);
  if (damaged != nullptr) *damaged = found->damaged;
  return true;
}

template <class T>
void BasicCheckpoints<T>::load(const io::SafeTensors& file, BasicTrainer<T>& trainer) {
  require_checkpoint(file);
  detail::require_same_metadata(file.metadata(), options_.metadata, file.path());
  load_state(file, trainer);
  best_ =
      file.contains("trainer.best") ? file.get<double>("trainer.best").item() : std::numeric_limits<double>::infinity();
}

#define GAN_CHECKPOINT(T)                                             \
  template void add_state(io::SafeTensorsWriter&, BasicTrainer<T>&);  \
  template void load_state(const io::SafeTensors&, BasicTrainer<T>&); \
  template class BasicCheckpoints<T>;
GAN_CHECKPOINT(float)
GAN_CHECKPOINT(double)

}  // namespace gan
