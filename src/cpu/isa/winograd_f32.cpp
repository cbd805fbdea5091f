// Compiled once per instruction set (see vector.hpp).
#include "src/cpu/isa/tables.hpp"
#include "src/cpu/isa/winograd_weight.hpp"

namespace gan::cpu::GAN_ISA {
constinit const WinogradTable<float> winograd_f32 = {winograd_conv<Plain<float>>, winograd_conv_input<Plain<float>>,
                                                     winograd_conv_weight<Plain<float>>};
}  // namespace gan::cpu::GAN_ISA
