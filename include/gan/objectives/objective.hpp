// An objective consists of two short formulas: d(real, fake), which the discriminator minimises, and g(fake) or, if it
// depends on the real scores too, g(real, fake), which the generator minimises. They take tensors of logits, so that
// calls need no template arguments:
//   objective.d(D(x, p), D(G(z, p), p))
// or Scores, where they need more than logits. d may take the Pass as well, for random numbers and for schedules. An
// objective with state names it in visit, as modules do. One with more to tell than losses has
//   measure(fake, metric), which calls metric(name, number) with numbers that it takes from the scores of fakes.
#pragma once

#include "gan/nn/pass.hpp"
#include "gan/ops/loss.hpp"
#include "gan/ops/shape.hpp"

namespace gan {

/// The output of a discriminator for a batch, with what an objective may need besides the logits.
template <class T>
struct BasicScores {
  Tensor<T> logits;         ///< before any sigmoid
  Tensor<T> features = {};  ///< undefined, or the output of another layer or head, (N, …)
  Tensor<T> labels = {};    ///< undefined, or the labels or codes that belong to the examples, (N, …)
  Tensor<T> inputs = {};    ///< undefined, or the examples that were scored, (N, …)

  BasicScores(Tensor<T> discriminator_output) : logits(std::move(discriminator_output)) {}
  BasicScores(Tensor<T> discriminator_output, Tensor<T> of_layer, Tensor<T> classes = {}, Tensor<T> examples = {})
      : logits(std::move(discriminator_output)),
        features(std::move(of_layer)),
        labels(std::move(classes)),
        inputs(std::move(examples)) {}
};
using Scores = BasicScores<float>;

/// Rows [begin, end) of every tensor.
template <class T>
BasicScores<T> rows(const BasicScores<T>& s, i64 begin, i64 end) {
  const auto part = [&](const Tensor<T>& x) { return x.defined() ? rows(x, begin, end) : x; };
  return {part(s.logits), part(s.features), part(s.labels), part(s.inputs)};
}
/// The same scores without history.
template <class T>
BasicScores<T> detach(const BasicScores<T>& s) {
  const auto without = [](const Tensor<T>& x) { return x.defined() ? detach(x) : x; };
  return {without(s.logits), without(s.features), without(s.labels), without(s.inputs)};
}

namespace detail {
template <class T, class Objective>
constexpr bool wants_real = requires(const Objective& o, const Tensor<T>& x) {
  o.g(x, x);
}
|| requires(const Objective& o, const BasicScores<T>& x) { o.g(x, x); };

/// Whether an objective or a penalty has state that a visitor of this type visits.
template <class S, class Visitor>
concept Visits = requires(S& s, Visitor& v) { s.visit(v); };

/// (N, …) → (N, 1, …): the shape of one number for each example, which broadcasts to all of its values.
inline Shape one_per_row(Shape shape) {
  for (int i = 1; i < shape.rank(); ++i) shape = shape.with(i, 1);
  return shape;
}
}  // namespace detail

/// objective.d, whether it takes BasicScores<T> or the Tensor<T> of their logits (N, 1), with the pass or without.
template <class T, class Objective>
Tensor<T> discriminator_loss(const Objective& objective, const BasicScores<T>& real, const BasicScores<T>& fake,
                             Pass& pass) {
  if constexpr (requires { objective.d(real, fake, pass); })
    return objective.d(real, fake, pass);
  else if constexpr (requires { objective.d(real.logits, fake.logits, pass); })
    return objective.d(real.logits, fake.logits, pass);
  else if constexpr (requires { objective.d(real, fake); })
    return objective.d(real, fake);
  else
    return objective.d(real.logits, fake.logits);
}
template <class T, class Objective>
Tensor<T> discriminator_loss(const Objective& objective, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) {
  return discriminator_loss<T>(objective, BasicScores<T>(real), BasicScores<T>(fake), pass);
}

/// objective.g of the scores of the fakes: g(real, fake) if the objective has it, with the scores returned by real();
/// otherwise g(fake).
template <class T, class Objective, class Real>
Tensor<T> generator_loss(const Objective& objective, const BasicScores<T>& fake, Real&& real) {
  if constexpr (detail::wants_real<T, Objective>) {
    const BasicScores<T> on_real = real();
    if constexpr (requires { objective.g(on_real, fake); })
      return objective.g(on_real, fake);
    else
      return objective.g(on_real.logits, fake.logits);
  } else if constexpr (requires { objective.g(fake); }) {
    return objective.g(fake);
  } else {
    return objective.g(fake.logits);
  }
}
template <class T, class Objective, class Real>
Tensor<T> generator_loss(const Objective& objective, const Tensor<T>& fake, Real&& real) {
  return generator_loss<T>(objective, BasicScores<T>(fake), [&real] { return BasicScores<T>(real()); });
}

}  // namespace gan
