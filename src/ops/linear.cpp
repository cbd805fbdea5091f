// See ops/linear.hpp.
#include "gan/ops/activation.hpp"
#include "gan/ops/shape.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/linear.hpp"
