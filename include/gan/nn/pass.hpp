// Pass: everything about a forward pass except its input. No module has a hidden training flag.
#pragma once

#include <vector>

#include "gan/core/rng.hpp"

namespace gan {

/// The number of a training round, from 0. A turn that reads it may depend on it and is therefore not recorded
/// (train/turn_graphs.hpp).
class RoundNumber {
 public:
  RoundNumber(u64 number = 0) : number_(number) {}
  operator u64() const {
    looked_ = true;
    return number_;
  }

 private:
  template <class>
  friend struct BasicGame;
  template <class>
  friend class BasicTurnGraphs;
  u64 number_;
  mutable bool looked_ = false;
};

/// One line of a summary, added by each layer as it runs.
struct LayerRecord {
  std::string type;
  Shape output;
  i64 parameters = 0, trainable = 0;   ///< of the layer, unless counted by an earlier line
  std::vector<const void*> counted{};  ///< the addresses of those parameters
};

struct Pass {
  bool batch_stats = true;   ///< BatchNorm normalises with the batch statistics, else with its running statistics
  bool update_stats = true;  ///< BatchNorm updates its running statistics
  bool dropout = true;       ///< Dropout and GaussianNoise are active
  bool per_example = false;  ///< no output may depend on other examples: a BatchNorm with batch statistics throws
  bool init_from_data = false;  ///< WeightNorm first sets its gain and bias from the batch
  i64 reference_rows = 0;    ///< so many leading rows are the reference batch of VirtualBatchNorm
  Rng rng = {};              ///< the source of all randomness in this pass
  std::vector<LayerRecord>* trace = nullptr;  ///< if set, layers add their records
  const RoundNumber* round = nullptr;         ///< of the training, for what changes with it (Schedule::at)

  /// Uses batch statistics, updates running statistics, dropout on.
  static Pass training(Rng rng = {}) { return {.rng = rng}; }
  /// Uses running statistics, dropout off.
  static Pass inference(Rng rng = {}) {
    return {.batch_stats = false, .update_stats = false, .dropout = false, .rng = rng};
  }
};

}  // namespace gan
