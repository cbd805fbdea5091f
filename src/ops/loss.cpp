// See ops/loss.hpp.
#include "gan/ops/linear.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/loss.hpp"
