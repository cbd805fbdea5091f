// Pass: everything about a forward pass except its input. No module has a hidden training flag.
#pragma once

#include <vector>

#include "gan/core/rng.hpp"

namespace gan {

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
  bool dropout = true;       ///< Dropout is active
  Rng rng;                   ///< the source of all randomness in this pass
  std::vector<LayerRecord>* trace = nullptr;  ///< if set, layers add their records

  /// Uses batch statistics, updates running statistics, dropout on.
  static Pass training(Rng rng = {}) { return {true, true, true, rng, nullptr}; }
  /// Uses running statistics, dropout off.
  static Pass inference(Rng rng = {}) { return {false, false, false, rng, nullptr}; }
};

}  // namespace gan
