// Gradient penalties at points beside the data.
#pragma once

#include "gan/objectives/penalty.hpp"

namespace gan {

/// lambda mean |grad D(x̂)|^2 at x̂ = e x + (1 - e) G(z), one e in [0, 1) per example (Thanh-Tung et al. 2019, section
/// 5: 0-GP). The gradient is that of the logit; the authors' program for points in the plane takes that of the
/// probability, with the same lambda of 10. Real and fake batches must have one shape.
struct ZeroCentered {
  Schedule lambda = 10;
  bool allow_batch_norm = false;  ///< see input_gradient
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return at(discriminator, real, fake, rand<T>(detail::one_per_row(real.shape()), pass.rng, 0, 1, real.device()),
              pass);
  }
  /// The same with a given e (N, 1, …).
  template <class T, class Discriminator>
  Tensor<T> at(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& fake, const Tensor<T>& e,
               Pass& pass) const {
    GAN_CHECK_SHAPE(real.shape() == fake.shape(), "ZeroCentered", "each real example needs a fake one", real.shape(),
                    fake.shape());
    const Tensor<T> between = e * detach(real) + (1.0 - e) * detach(fake);
    return lambda.at(pass) * mean(squared_norms(input_gradient(discriminator, between, pass, allow_batch_norm)));
  }
};

/// lambda mean (|grad D(x̂)| - norm)^2 at points near the data (Kodali et al. 2017, section 2.3: DRAGAN). The paper
/// says x̂ = x + noise of N(0, c). Its program, which this follows, takes x̂ = x + e spread s u, where s is the
/// standard deviation of all values of the batch, u is uniform in [0, 1) for each value and e for each example.
struct Dragan {
  Schedule lambda = 10;
  double norm = 1;                ///< k in the paper
  double spread = 0.5;            ///< of the noise, in standard deviations
  bool allow_batch_norm = false;  ///< see input_gradient
  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>&, Pass& pass) const {
    const Tensor<T> noise = rand<T>(real.shape(), pass.rng, 0, 1, real.device());
    const Tensor<T> e = rand<T>(detail::one_per_row(real.shape()), pass.rng, 0, 1, real.device());
    return at(discriminator, real, e * noise, pass);
  }
  /// The same with given noise, e u, of the shape of real.
  template <class T, class Discriminator>
  Tensor<T> at(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& noise, Pass& pass) const {
    const Tensor<T> x = detach(real), deviation = sqrt(mean(square(x - mean(x))));
    const Tensor<T> norms =
        row_norms(input_gradient(discriminator, x + spread * deviation * noise, pass, allow_batch_norm));
    return lambda.at(pass) * mean(square(norms - norm));
  }
};

}  // namespace gan
