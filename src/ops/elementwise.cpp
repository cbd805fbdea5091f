// See ops/elementwise.hpp.
#include "gan/ops/arithmetic.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/elementwise.hpp"
