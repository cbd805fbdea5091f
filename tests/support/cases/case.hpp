// What a case is.
#pragma once

#include "gan/grad/grad.hpp"
#include "gan/ops/conv.hpp"
#include "gan/ops/loss.hpp"
#include "gan/ops/normalize.hpp"
#include "gan/ops/pool.hpp"
#include "gan/ops/random.hpp"
#include "support/naive.hpp"

namespace gan {

struct Case {
  std::string name;  ///< the function's name, then a dot and the variant
  std::vector<Shape> inputs;
  std::function<Tensor<float>(const Tensors<float>&)> f32;
  std::function<Tensor<double>(const Tensors<double>&)> f64;
  naive::Naive naive;         ///< null: the value is checked elsewhere
  std::vector<Shape> large;   ///< enough work for several threads; empty: inputs are enough
  double low = -1, high = 1;  ///< of the inputs
};

/// Inputs in [low, high), none closer than 0.02 to a kink at 0.
template <class T>
Tensors<T> case_inputs(const Case& c, const std::vector<Shape>& shapes, u64 seed = 1) {
  Tensors<T> x;
  Rng rng{seed, name_stream(c.name.c_str()), 0};
  for (const Shape& shape : shapes) {
    Tensor<T> t = rand<T>(shape, rng, c.low, c.high);
    T* values = t.mutable_data();
    for (i64 i = 0; i < t.size(); ++i)
      if (std::abs(values[i]) < T(0.02)) values[i] += values[i] < T(0) ? T(-0.02) : T(0.02);
    x.push_back(t);
  }
  return x;
}

struct CaseOptions {
  std::vector<Shape> large = {};
  double low = -1, high = 1;
};

template <class F>
Case make_case(std::string name, std::vector<Shape> inputs, F f, naive::Naive expected, CaseOptions o = {}) {
  return {std::move(name), std::move(inputs), f, f, std::move(expected), o.large, o.low, o.high};
}

}  // namespace gan
