#include "gan/core/math_mode.hpp"

#include <atomic>

namespace gan {
namespace {
constexpr int not_set = -1;
std::atomic<MathMode> of_process{MathMode::tf32};
thread_local int of_thread = not_set;
}  // namespace

const char* to_string(MathMode mode) {
  return mode == MathMode::fp32 ? "fp32" : (mode == MathMode::tf32 ? "tf32" : "bf16");
}

MathMode math_mode() { return of_thread == not_set ? of_process.load() : static_cast<MathMode>(of_thread); }
void set_math_mode(MathMode mode) { of_process = mode; }

MathScope::MathScope(MathMode mode) : previous_(of_thread) { of_thread = static_cast<int>(mode); }
MathScope::~MathScope() { of_thread = previous_; }

}  // namespace gan
