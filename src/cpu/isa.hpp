// The instruction sets that the CPU kernels are compiled for, and the one that this process uses.
#pragma once

// Code for the levels that this build has (GAN_INSTRUCTION_SETS in CMake).
#ifdef GAN_BUILT_V2
#define GAN_CPU_V2(...) __VA_ARGS__
#else
#define GAN_CPU_V2(...)
#endif
#ifdef GAN_BUILT_V3
#define GAN_CPU_V3(...) __VA_ARGS__
#else
#define GAN_CPU_V3(...)
#endif
#ifdef GAN_BUILT_V4
#define GAN_CPU_V4(...) __VA_ARGS__
#else
#define GAN_CPU_V4(...)
#endif

namespace gan::cpu {

/// The x86-64 levels of the System V ABI supplement; base is whatever a machine that is no x86-64 was compiled for.
enum class Isa { base, v2, v3, v4 };

/// The best level of this machine that this build has, lowered by the environment variable GAN_ISA = v2, v3 or v4. Found
/// once. Throws DeviceError where this build has no level that the machine runs.
Isa isa();

/// The level of this build that stands for `wanted`: itself, or the next lower one, or else the lowest.
Isa built(Isa wanted);

/// The best level of this machine, whether this build has it or not.
Isa best_isa();

/// Whether this process uses v4 and the machine multiplies pairs of bf16 (AVX512-BF16).
bool has_bf16();

/// "base", "v2", "v3" or "v4".
const char* to_string(Isa isa);

}  // namespace gan::cpu
