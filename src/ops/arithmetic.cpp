// See ops/arithmetic.hpp.
#include "gan/ops/reduce.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/arithmetic.hpp"
