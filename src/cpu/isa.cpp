#include "src/cpu/isa.hpp"

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string>

#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"

namespace gan::cpu {

Isa best_isa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  // Checks single features: clang 14 does not know the names of the levels. The builtin also checks that the operating
  // system saves the registers.
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  return v4 ? Isa::v4 : (v3 ? Isa::v3 : Isa::v2);
#else
  return Isa::base;
#endif
}

Isa built(Isa wanted) {
#if defined(__x86_64__)
  constexpr Isa levels[] = {GAN_CPU_V4(Isa::v4, ) GAN_CPU_V3(Isa::v3, ) GAN_CPU_V2(Isa::v2, )};  // best first
  for (const Isa level : levels)
    if (level <= wanted) return level;
  return levels[std::size(levels) - 1];
#else
  return wanted;
#endif
}

Isa isa() {
  static const Isa chosen = [] {
    const Isa best = best_isa();
    Isa wanted = best;
    if (const char* name = std::getenv("GAN_ISA"))
      for (const Isa lower : {Isa::v2, Isa::v3})
        if (lower < best && std::strcmp(name, to_string(lower)) == 0) wanted = lower;
    const Isa found = built(wanted);
    if (found > best)
      throw DeviceError(std::string("[cpu] this machine runs x86-64-") + to_string(best) +
                        ", and this build has kernels from x86-64-" + to_string(found) +
                        " on; build with more in GAN_INSTRUCTION_SETS");
    return found;
  }();
  return chosen;
}

bool has_bf16() {
#if defined(__x86_64__)
  return isa() == Isa::v4 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

const char* to_string(Isa isa) {
  switch (isa) {
    case Isa::base:
      return "base";
    case Isa::v2:
      return "v2";
    case Isa::v3:
      return "v3";
    case Isa::v4:
      return "v4";
  }
  return "?";
}

}  // namespace gan::cpu

namespace gan {
bool has_math_mode(Device device, MathMode mode) {
  return !device.is_cpu() || mode == MathMode::fp32 || (mode == MathMode::bf16 && cpu::has_bf16());
}
}  // namespace gan
