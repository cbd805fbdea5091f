// What a checkpoint holds.
#include "gan/train/checkpoint.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gan/config.hpp"
#include "gan/core/fields.hpp"
#include "gan/io/weights.hpp"

namespace gan {
namespace {

constexpr char version_key[] = "libgan.checkpoint", data_key[] = "libgan.data";
constexpr char version[] = "1";

/// What must be the same when a training goes on, besides the networks: one "name = value" to a line.
struct DataFingerprint {
  u64 seed = 0;
  i64 batch_size = 0;
  i64 batches_per_round = 0;
  bool shuffle = true, drop_last = true, flip = false;
  i64 images = 0;
  std::string image_shape, checksum;

  template <class F>
  void visit(F&& f) {
    f("seed", seed);
    f("batch size", batch_size);
    f("batches per round", batches_per_round);
    f("shuffle", shuffle);
    f("drop last", drop_last);
    f("images", images);
    f("flip", flip);
    f("image shape", image_shape);
    f("data of checksum", checksum);
  }
};

template <class T>
std::string data_fingerprint(BasicTrainer<T>& trainer, int batches_per_round) {
  const data::Loader& loader = trainer.loader();
  return write_fields(DataFingerprint{.seed = trainer.options().seed,
                                    .batch_size = loader.batch_size(),
                                    .batches_per_round = batches_per_round,
                                    .shuffle = loader.options().shuffle,
                                    .drop_last = loader.options().drop_last,
                                    .flip = loader.options().flip,
                                    .images = loader.dataset().size(),
                                    .image_shape = to_string(loader.dataset().shape().tail()),
                                    .checksum = trainer.data_checksum()});
}

/// Every parameter that a player updates must be one that the game includes, else its buffers would be lost.
template <class T>
void require_included(BasicGame<T>& game) {
  std::set<const void*> included;
  each_param(game, [&included](const std::string&, Param<T>& p) { included.insert(p.storage().get()); });
  for (auto& player : game.players)
    for (std::size_t i = 0; i < player.parameters.tensors.size(); ++i)
      if (included.count(player.parameters.tensors[i].storage().get()) == 0)
        throw ValueError("[checkpoint] the player '" + player.name + "' updates '" + player.parameters.names[i] +
                         "', which belongs to nothing that the game includes; call game.include(\"" + player.name +
                         "\", network)");
}

std::string optimizer_prefix(const std::string& player) { return "optimizer." + player + "."; }

/// What a file will change, collected first so that nothing changes when the file does not fit.
template <class T>
struct Changes {
  std::vector<std::pair<Tensor<T>, Tensor<T>>> tensors;  // handle, values
  std::vector<std::pair<Param<T>*, Tensor<T>>> params;
  std::vector<std::pair<u64*, u64>> counters;
  std::vector<std::string> names;

  void apply() {
    for (auto& [param, values] : params) param->set(values.to(param->device()));
    for (auto& [tensor, values] : tensors) tensor.copy_from(values.to(tensor.device()));
    for (auto& [counter, value] : counters) *counter = value;
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

/// Throws ValueError about the first line in which the two differ.
void require_same(const std::string& before, const std::string& now, const std::string& path) {
  std::vector<std::pair<std::string, std::string>> a;
  try {
    a = detail::split_fields(before);
  } catch (const FormatError& e) { throw FormatError(path + ": " + e.what()); }
  const auto b = detail::split_fields(now);
  for (const auto& [name, value] : b) {
    const auto was =
        std::find_if(a.begin(), a.end(), [&name = name](const auto& field) { return field.first == name; });
    if (was == a.end()) throw FormatError(path + ": does not say its " + name);
    if (was->second != value)
      throw ValueError("[checkpoint] " + path + ": was made with " + name + " " + was->second + ", not " + value);
  }
}

}  // namespace

template <class T>
void add_state(io::SafeTensorsWriter& writer, BasicTrainer<T>& trainer) {
  BasicGame<T>& game = trainer.game();
  require_included(game);
  trainer.check_finite();
  io::add_weights(writer, game);
  each_count(game, [&writer](const std::string& name, u64& count) { add_counter(writer, name, count); });
  for (auto& player : game.players) {
    const std::string prefix = optimizer_prefix(player.name);
    player.optimizer.prepare(player.parameters);
    player.optimizer.visit(
        player.parameters, [&](const std::string& name, Tensor<T>& x) { writer.add(prefix + name, x); },
        [&](const std::string& name, u64& count) { add_counter(writer, prefix + name, count); });
  }
  add_counter(writer, "trainer.round", static_cast<u64>(trainer.round()));
  writer.metadata(version_key, version);
  writer.metadata(data_key, data_fingerprint(trainer, game.batches_per_round()));
  writer.metadata("libgan.version", GAN_VERSION_STRING);
}

template <class T>
void load_state(const io::SafeTensors& file, BasicTrainer<T>& trainer) {
  BasicGame<T>& game = trainer.game();
  require_included(game);
  const auto text = [&file](const char* key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  if (text(version_key) != version)
    throw FormatError(file.path() + ": " +
                      (text(version_key).empty()
                           ? "is no checkpoint: it holds weights at most"
                           : "is a checkpoint of format " + text(version_key) + "; this version reads " + version));
  require_same(text(data_key), data_fingerprint(trainer, game.batches_per_round()), file.path());

  Changes<T> changes;
  const auto wanted = [&changes](const std::string& name) -> const std::string& {
    return changes.names.emplace_back(name);
  };
  each_param(game, [&](const std::string& name, Param<T>& p) {
    changes.params.emplace_back(&p, io::detail::from_file<T>(file, wanted(name), p));
  });
  each_count(game, [&](const std::string& name, u64& count) {
    changes.counters.emplace_back(&count, counter_in(file, wanted(name)));
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
