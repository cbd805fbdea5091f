// The error for diverged training.
#pragma once

#include "gan/train/game.hpp"

namespace gan::detail {

/// `tensor` is the name of the first bad tensor, or empty if only the loss is bad.
[[noreturn]] inline void throw_not_finite(const std::string& tensor, const std::string& metric, i64 round) {
  throw NotFiniteError("[Trainer] " + (tensor.empty() ? metric : "'" + tensor + "'") + " is not finite after round " +
                       std::to_string(round) +
                       "; lower the learning rate, or begin anew with another seed");
}

}  // namespace gan::detail
