// See ops/activation.hpp.
#include "gan/ops/elementwise.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/activation.hpp"
