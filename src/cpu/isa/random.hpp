// Random fills live in a unit of their own: it is compiled without contraction of a * b + c, so that their bits are
// the same for every instruction set.
#pragma once

#include "src/cpu/isa/rows.hpp"

namespace gan::cpu::GAN_ISA {
void add_random(RowKernels<float>& table);
void add_random(RowKernels<double>& table);
}  // namespace gan::cpu::GAN_ISA
