// Penalties made of others: sums, R1{1} + R2{1}, and penalties of some rounds only.
#pragma once

#include <tuple>

#include "gan/objectives/penalty.hpp"

namespace gan {

namespace detail {
/// Anything that is called as a penalty is.
template <class P>
concept Penalty = requires(const P& penalty, AnyDiscriminator& D, const Tensor<float>& x, Pass& pass) {
  { penalty(D, x, x, pass) } -> std::same_as<Tensor<float>>;
};
/// The sum of those that are defined.
template <class T>
Tensor<T> sum_of_defined(std::initializer_list<Tensor<T>> terms) {
  Tensor<T> total;
  for (const Tensor<T>& term : terms)
    if (term.defined()) total = total.defined() ? total + term : term;
  return total;
}
/// Whether scores must not depend on other examples, for the penalties that share them.
template <class P>
bool per_example(const P& penalty) {
  if constexpr (requires { penalty.per_example(); })
    return penalty.per_example();
  else
    return false;
}
}  // namespace detail

/// The sum of several penalties: R1{1} + R2{1}. State of the parts is visited as "0.…", "1.…".
template <class... Parts>
struct Penalties {
  std::tuple<Parts...> parts;

  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return std::apply(
        [&](const Parts&... each) { return detail::sum_of_defined<T>({each(discriminator, real, fake, pass)...}); },
        parts);
  }
  template <class T, class Discriminator>
  requires(detail::SharesScores<T, Parts> || ...) Tensor<T>
  operator()(Discriminator& discriminator, const BasicShown<T>& shown, Pass& pass) const {
    return std::apply(
        [&](const Parts&... each) {
          return detail::sum_of_defined<T>({penalize(each, discriminator, shown, pass)...});
        },
        parts);
  }
  bool per_example() const {
    return std::apply([](const Parts&... each) { return (detail::per_example(each) || ...); }, parts);
  }
  template <class V>
  requires(detail::Visits<Parts, V> || ...) void visit(V& v) { visit_parts(v, std::index_sequence_for<Parts...>()); }

 private:
  template <class V, std::size_t... I>
  void visit_parts(V& v, std::index_sequence<I...>) {
    const auto visit_part = [&v](std::size_t i, auto& part) {
      if constexpr (requires { part.visit(v); }) v(std::to_string(i), part);
    };
    (visit_part(I, std::get<I>(parts)), ...);
  }
};

namespace detail {
template <class P>
std::tuple<P> parts_of(P penalty) {
  return {std::move(penalty)};
}
template <class... Parts>
std::tuple<Parts...> parts_of(Penalties<Parts...> sum) {
  return std::move(sum.parts);
}
template <class... Parts>
Penalties<Parts...> penalties(std::tuple<Parts...> parts) {
  return {std::move(parts)};
}
}  // namespace detail

/// Both penalties.
template <detail::Penalty A, detail::Penalty B>
auto operator+(A a, B b) {
  return detail::penalties(std::tuple_cat(detail::parts_of(std::move(a)), detail::parts_of(std::move(b))));
}

/// `every` times the penalty in each `every`-th round, from round 0 on, and none in the others (lazy regularisation,
/// Karras et al. 2020, section 3.1). Adam then sees other gradients in those rounds: the authors also lower its rate
/// and raise its betas to the power of every / (every + 1). Throws ValueError for every < 1. A turn with it depends on
/// the round and is therefore not recorded.
template <class Part>
struct Lazy {
  i64 every = 16;
  Part penalty = {};

  template <class T, class Discriminator>
  Tensor<T> operator()(Discriminator& discriminator, const Tensor<T>& real, const Tensor<T>& fake, Pass& pass) const {
    return in_its_rounds<T>(pass, [&] { return penalty(discriminator, real, fake, pass); });
  }
  template <class T, class Discriminator>
  requires detail::SharesScores<T, Part> Tensor<T>
  operator()(Discriminator& discriminator, const BasicShown<T>& shown, Pass& pass) const {
    return in_its_rounds<T>(pass, [&] { return penalty(discriminator, shown, pass); });
  }
  bool per_example() const { return detail::per_example(penalty); }
  template <class V>
  requires detail::Visits<Part, V>
  void visit(V& v) { penalty.visit(v); }

 private:
  template <class T, class F>
  Tensor<T> in_its_rounds(const Pass& pass, const F& term) const {
    if (every < 1) throw ValueError("[Lazy] every must be at least 1");
    const u64 round = pass.round == nullptr ? 0 : u64{*pass.round};
    if (round % static_cast<u64>(every) != 0) return {};
    const Tensor<T> once = term();
    return once.defined() ? static_cast<double>(every) * once : once;
  }
};
template <class Part>
Lazy(i64, Part) -> Lazy<Part>;

}  // namespace gan
