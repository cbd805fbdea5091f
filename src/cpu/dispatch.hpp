// Declares and calls the function of the best instruction set: GAN_CPU_ISA_DECLARE(signature) and
// GAN_CPU_ISA_CALL(call), to be used in the namespace that encloses `cpu`.
#pragma once

#include "src/cpu/isa.hpp"

#if defined(__x86_64__)
#define GAN_CPU_ISA_DECLARE(signature) \
  namespace cpu {                      \
  namespace v2 { signature; }          \
  namespace v3 { signature; }          \
  namespace v4 { signature; }          \
  }
#define GAN_CPU_ISA_CALL(call)                          \
  switch (::gan::cpu::isa()) {                          \
    case ::gan::cpu::Isa::v4: return cpu::v4::call;     \
    case ::gan::cpu::Isa::v3: return cpu::v3::call;     \
    default: return cpu::v2::call;                      \
  }
#else
#define GAN_CPU_ISA_DECLARE(signature) namespace cpu::base { signature; }
#define GAN_CPU_ISA_CALL(call) return cpu::base::call;
#endif
