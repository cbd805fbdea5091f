// See ops/grid_sample.hpp.
#include "gan/ops/conv.hpp"
#include "gan/ops/indexing.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/grid_sample.hpp"
