// Objectives of discriminators that are autoencoders: an example's score is an energy, how badly it is reconstructed.
// Energies are low for reals, unlike logits.
#pragma once

#include "gan/nn/module.hpp"
#include "gan/objectives/objective.hpp"
#include "gan/ops/activation.hpp"
#include "gan/ops/elementwise.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

/// An autoencoder as a discriminator: the energy (N, 1) of an example is the mean of |decoder(encoder(x)) - x|^power
/// over its values. The features of its scores are the code, the inputs x. Throws ShapeError for a reconstruction of
/// another shape than x.
template <class Encoder, class Decoder, class T = scalar_of<Encoder>>
struct Reconstruction {
  Encoder encoder;
  Decoder decoder;
  double power = 2;  ///< 2 as in EBGAN; 1 as in BEGAN

  BasicScores<T> operator()(const Tensor<T>& x, Pass& pass) {
    const Tensor<T> code = encoder(x, pass), y = decoder(code, pass);
    GAN_CHECK_SHAPE(y.shape() == x.shape(), "Reconstruction", "the decoder's output is not of the shape of x",
                    y.shape(), x.shape());
    const Tensor<T> error = flatten(y - x);
    return {mean(power == 2   ? square(error)
                 : power == 1 ? abs(error)
                              : pow(abs(error), power),
                 {1}, true),
            code,
            {},
            x};
  }
  template <class V>
  requires std::same_as<typename V::Scalar, T>
  void visit(V& v) {
    v("encoder", encoder);
    v("decoder", decoder);
  }
};
template <class Encoder, class Decoder>
Reconstruction(Encoder, Decoder, double = 2) -> Reconstruction<Encoder, Decoder>;

/// The pulling-away term (Zhao et al. 2017, equation 5): the mean squared cosine between the rows of features (N, …),
/// each pair of different rows; 0 where all are orthogonal, 1 where all are parallel. Throws ShapeError for fewer than
/// two rows.
template <class T>
Tensor<T> pulling_away(const Tensor<T>& features) {
  GAN_CHECK_SHAPE(features.rank() >= 2 && features.shape(0) >= 2, "pulling_away",
                  "features (N, …) of at least two examples are needed", features.shape());
  const double n = static_cast<double>(features.shape(0));
  const Tensor<T> rows = flatten(features);
  const Tensor<T> unit = rows * rsqrt(sum(square(rows), {1}, true) + 1e-12);
  const Tensor<T> own = sum(square(unit), {1});  // the diagonal of the cosines
  return (sum(square(matmul(unit, unit, {.b = true}))) - sum(square(own))) / (n * (n - 1));
}

/// Energy-based GAN (Zhao et al. 2017, equations 1, 2 and 5): d: mean E(x) + mean max(0, margin - E(G(z))); g: mean
/// E(G(z)) + weight PT, where PT is pulling_away of D's features of the fakes, which the scores must then hold. The
/// paper's weight of PT is 0.1. The margin belongs to the scale of the energies: the paper chooses it for each data set
/// (20 for CelebA, 80 for LSUN); 1 fits the means of Reconstruction on values in [-1, 1]. Throws ValueError for a
/// weight without features.
struct EnergyBased {
  Schedule margin = 1;
  double pulling_away = 0;  ///< the weight of the pulling-away term
  template <class T>
  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return mean(real) + mean(relu(margin.at(pass) - fake));
  }
  template <class T>
  Tensor<T> g(const BasicScores<T>& fake) const {
    if (pulling_away == 0) return mean(fake.logits);
    if (!fake.features.defined()) throw ValueError("[EnergyBased] the pulling-away term needs scores with features");
    return mean(fake.logits) + pulling_away * gan::pulling_away(fake.features);
  }
};

/// Boundary equilibrium GAN (Berthelot et al. 2017, section 3.4): d: mean E(x) - k mean E(G(z)); g: mean E(G(z)). k is
/// state: after each of D's turns (where the pass updates statistics) k ← k + rate (gamma mean E(x) - mean E(G(z))),
/// limited to [0, 1], so that the mean energy of fakes tends to gamma times that of reals. k is updated on the scores'
/// device, without the host. Less gamma means less diverse, sharper images: the paper uses 0.3 to 0.7.
template <class T>
struct BasicBoundaryEquilibrium {
  double gamma = 0.5, rate = 0.001;
  mutable Param<T> k{Shape{}, Param<T>::Kind::buffer, initializer::constant(0)};

  Tensor<T> d(const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    const Tensor<T> of_real = mean(real), of_fake = mean(fake);
    k.move_to(real.device());
    const Tensor<T> now = affine(k.tensor(), 1, 0);  // a copy, since k changes below
    if (pass.update_stats) {
      NoGrad constant;
      k.set(clamp(now + rate * (gamma * of_real - of_fake), 0, 1));
    }
    return of_real - now * of_fake;
  }
  Tensor<T> g(const Tensor<T>& fake) const { return mean(fake); }
  void visit(BasicVisitor<T>& v) { v("k", k); }
};
using BoundaryEquilibrium = BasicBoundaryEquilibrium<float>;

/// BEGAN's measure of convergence (equation 7), small where fakes are reconstructed well and in balance:
/// E(x) + |gamma E(x) - E(G(z))|, of mean energies.
template <class T>
Tensor<T> convergence_measure(const Tensor<T>& real_energy, const Tensor<T>& fake_energy, double gamma = 0.5) {
  const Tensor<T> real = mean(real_energy);
  return real + abs(gamma * real - mean(fake_energy));
}

}  // namespace gan
