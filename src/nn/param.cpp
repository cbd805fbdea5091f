// See nn/param.hpp.
#include "gan/nn/param.hpp"

namespace gan {

template struct Param<float>;
template struct Param<double>;

}  // namespace gan
