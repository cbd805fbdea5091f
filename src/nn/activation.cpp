// See nn/activation.hpp.
#include "gan/nn/activation.hpp"

namespace gan {

template struct BasicPReLU<float>;
template struct BasicPReLU<double>;

}  // namespace gan
