// See train/ada.hpp.
#include "gan/train/ada.hpp"

#include <algorithm>

namespace gan {

template <class T>
void AdaController::observe(const Tensor<T>& real_logits) {
  GAN_CHECK_SHAPE(real_logits.rank() >= 1 && real_logits.size() > 0, "Ada", "logits (N) or (N, …) are needed",
                  real_logits.shape());
  if (every < 1 || !(images > 0))
    throw ValueError("[Ada] p would change every " + std::to_string(every) + " minibatches, by 1 in " +
                     std::to_string(images) + " images; both must be positive");
  for (const T logit : real_logits.to_vector()) signs += (logit > T(0)) - (logit < T(0));
  logits += static_cast<double>(real_logits.size());
  seen += static_cast<double>(real_logits.shape(0));
  if (++minibatches < every) return;
  const double excess = signs / logits - target;
  p = std::max(0.0, p + ((excess > 0) - (excess < 0)) * seen / images);
  signs = logits = seen = 0;
  minibatches = 0;
}

template void AdaController::observe(const Tensor<float>&);
template void AdaController::observe(const Tensor<double>&);

}  // namespace gan
