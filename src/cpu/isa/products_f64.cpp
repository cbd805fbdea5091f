// Compiled once per instruction set (see vector.hpp).
#include "src/cpu/isa/products.hpp"

namespace gan::cpu::GAN_ISA {
constinit const ProductTable<double> products_f64 = product_table<double>;
}  // namespace gan::cpu::GAN_ISA
