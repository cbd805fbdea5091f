// Winograd convolution with factors rounded to bf16; transforms and sums are floats.
#include "src/cpu/isa/tables.hpp"
#include "src/cpu/isa/winograd_weight.hpp"

namespace gan::cpu::GAN_ISA {
constinit const WinogradTable<float> winograd_bf16 = {winograd_conv<ChannelPairs>, winograd_conv_input<ChannelPairs>,
                                                      winograd_conv_weight<TilePairs>};
}  // namespace gan::cpu::GAN_ISA
