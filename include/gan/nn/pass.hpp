// Pass: everything about a forward pass that is not its input. No module has a hidden training flag.
#pragma once

#include <vector>

#include "gan/core/rng.hpp"

namespace gan {

/// One line of a summary, left by each layer as it runs.
struct LayerRecord {
  std::string type;
  Shape output;
  i64 parameters = 0, trainable = 0;   ///< of the layer, as far as no line before counts them
  std::vector<const void*> counted{};  ///< where those lie
};

struct Pass {
  bool batch_stats = true;   ///< BatchNorm normalises with the batch's statistics, else with its running ones
  bool update_stats = true;  ///< BatchNorm moves its running statistics
  bool dropout = true;       ///< Dropout drops
  Rng rng;                   ///< where the randomness of this pass comes from
  std::vector<LayerRecord>* trace = nullptr;  ///< filled by layers when set

  /// Batch statistics, running statistics updated, dropout on.
  static Pass training(Rng rng = {}) { return {true, true, true, rng, nullptr}; }
  /// Running statistics, no dropout.
  static Pass inference(Rng rng = {}) { return {false, false, false, rng, nullptr}; }
};

}  // namespace gan
