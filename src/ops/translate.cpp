// See ops/translate.hpp.
#include "gan/ops/shape.hpp"

#undef GAN_EXTERN_OP
#define GAN_EXTERN_OP  // this file compiles the templates that the header declares
#include "gan/ops/translate.hpp"
