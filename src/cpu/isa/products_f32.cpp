// Compiled once per instruction set (see vector.hpp).
#include "src/cpu/isa/products.hpp"

namespace gan::cpu::GAN_ISA {
constinit const ProductTable<float> products_f32 = product_table<float>;
}  // namespace gan::cpu::GAN_ISA
