// The elementwise functors of ops/, compiled once per instruction set.
#define GAN_MAPS_FOR_ISA
#include "gan/ops/activation.hpp"
#include "gan/ops/indexing_functors.hpp"
