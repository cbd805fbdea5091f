// The instruction sets that the CPU kernels are compiled for, and the one that this process uses.
#pragma once

// Expand to code for the levels in this build (GAN_INSTRUCTION_SETS in CMake).
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

/// The x86-64 levels of the System V ABI supplement; base is the compiler's target on other architectures.
enum class Isa { base, v2, v3, v4 };

/// The best level of this machine that this build contains, at most the environment variable GAN_ISA (v2, v3 or v4) if
/// it is set. Determined once. Throws DeviceError if this build contains no level that the machine can run.
Isa isa();

/// The level of this build to use for `wanted`: that level, or else the next lower one, or else the lowest.
Isa built(Isa wanted);

/// The best level of this machine, whether or not this build contains it.
Isa best_isa();

/// Whether this process uses v4 and the machine multiplies pairs of bf16 (AVX512-BF16).
bool has_bf16();

/// "base", "v2", "v3" or "v4".
const char* to_string(Isa isa);

}  // namespace gan::cpu
