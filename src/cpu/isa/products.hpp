// The table of one scalar type, from the headers beside this one.
#pragma once

#include "src/cpu/isa/conv_depthwise.hpp"
#include "src/cpu/isa/conv_gemm.hpp"
#include "src/cpu/isa/conv_flip.hpp"
#include "src/cpu/isa/tables.hpp"

namespace gan::cpu::GAN_ISA {
namespace {

template <class T>
constexpr ProductTable<T> product_table = {
    gemm<T>,
    conv<T>,
    conv_input<T>,
    conv_weight<T>,
    depthwise_conv<T>,
    depthwise_conv_input<T>,
    depthwise_conv_weight<T>,
    thin_conv<T>,
    thin_conv_input<T>,
    thin_conv_weight<T>,
    flip_conv<T>,
    flip_conv_input<T>,
    flip_conv_weight<T>,
    gemm_conv<T>,
    gemm_conv_input<T>,
    gemm_conv_weight<T>,
};

}  // namespace
}  // namespace gan::cpu::GAN_ISA
