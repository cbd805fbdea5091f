// See backend/runtime.hpp.
#include <atomic>

#include "gan/backend/runtime.hpp"

namespace gan {
namespace {
std::atomic<bool> only_deterministic{false};
}

bool deterministic() { return only_deterministic.load(std::memory_order_relaxed); }
void set_deterministic(bool on) { only_deterministic.store(on, std::memory_order_relaxed); }

}  // namespace gan
