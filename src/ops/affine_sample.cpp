// See ops/affine_sample.hpp.
#include "gan/ops/conv.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/affine_sample.hpp"
