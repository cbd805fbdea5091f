// The instruction sets that the CPU kernels are compiled for, and the one that this process uses.
#pragma once

namespace gan::cpu {

/// The x86-64 levels of the System V ABI supplement; base is whatever a machine that is no x86-64 was compiled for.
enum class Isa { base, v2, v3, v4 };

/// The best level of this machine, lowered by the environment variable GAN_ISA = v2, v3 or v4. Found once.
Isa isa();

/// The best level of this machine.
Isa best_isa();

/// Whether this process uses v4 and the machine multiplies pairs of bf16 (AVX512-BF16).
bool has_bf16();

/// "base", "v2", "v3" or "v4".
const char* to_string(Isa isa);

}  // namespace gan::cpu
