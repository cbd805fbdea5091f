// See ops/blur.hpp.
#include "gan/ops/resample.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/blur.hpp"
