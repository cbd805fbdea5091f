// Compiled once per instruction set (see vector.hpp).
#include "src/cpu/isa/tables.hpp"
#include "src/cpu/isa/winograd_weight.hpp"

namespace gan::cpu::GAN_ISA {
constinit const WinogradTable<double> winograd_f64 = {winograd_conv<Plain<double>>, winograd_conv_input<Plain<double>>,
                                                      winograd_conv_weight<Plain<double>>};
}  // namespace gan::cpu::GAN_ISA
