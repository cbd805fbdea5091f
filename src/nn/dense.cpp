// See nn/dense.hpp.
#include "gan/nn/dense.hpp"

namespace gan {

template struct BasicDense<float>;
template struct BasicDense<double>;

}  // namespace gan
