// Declares and calls the function for the best instruction set: GAN_CPU_ISA_DECLARE(signature) and
// GAN_CPU_ISA_CALL(call), for use in the namespace that encloses `cpu`.
#pragma once

#include "src/cpu/isa.hpp"

#if defined(__x86_64__)
#define GAN_CPU_ISA_DECLARE(signature)    \
  namespace cpu {                         \
  GAN_CPU_V2(namespace v2 { signature; }) \
  GAN_CPU_V3(namespace v3 { signature; }) \
  GAN_CPU_V4(namespace v4 { signature; }) \
  }
#define GAN_CPU_ISA_CALL(call)                                   \
  switch (::gan::cpu::isa()) {                                   \
    GAN_CPU_V4(case ::gan::cpu::Isa::v4 : return cpu::v4::call;) \
    GAN_CPU_V3(case ::gan::cpu::Isa::v3 : return cpu::v3::call;) \
    GAN_CPU_V2(case ::gan::cpu::Isa::v2 : return cpu::v2::call;) \
    default:                                                     \
      __builtin_unreachable();                                   \
  }
#else
#define GAN_CPU_ISA_DECLARE(signature) \
  namespace cpu::base {                \
  signature;                           \
  }
#define GAN_CPU_ISA_CALL(call) return cpu::base::call;
#endif
