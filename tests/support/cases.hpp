// A case is an op with inputs and what it should give. Each tests/ops/<header>_test.cpp enrols those of its header; the
// tests value, gradient and threads of ops, and those of devices, read all that their program has. An op that the
// headers declare and no case names fails value_test.
#pragma once

#include <algorithm>
#include <set>
#include <source_location>

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
  std::string header = {};    ///< of the op, as "arithmetic": that of the file that enrols the case
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
  return {std::move(name), std::move(inputs), f, f, std::move(expected), o.large, o.low, o.high, {}};
}

/// At a file's namespace scope, `const Cases cases{make_case(…), …};` enrols them.
struct Cases {
  Cases(std::vector<Case> cases, std::source_location file = std::source_location::current()) {
    std::string header = file.file_name();
    header.erase(0, header.rfind('/') + 1);
    header.erase(header.rfind("_test.cpp"));
    for (Case& c : cases) {
      c.header = header;
      enrolled().push_back(std::move(c));
    }
  }
  Cases(std::initializer_list<Case> cases, std::source_location file = std::source_location::current())
      : Cases(std::vector<Case>(cases), file) {}

  static std::vector<Case>& enrolled() {
    static std::vector<Case> all;
    return all;
  }
};

/// What all files of the program have enrolled, by name.
inline const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all = Cases::enrolled();
    std::stable_sort(all.begin(), all.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
    return all;
  }();
  return cases;
}

/// Those of some headers: cases_of({"arithmetic", "elementwise"}).
inline std::vector<Case> cases_of(const std::set<std::string>& headers) {
  std::vector<Case> some;
  for (const Case& c : all_cases())
    if (headers.count(c.header) != 0) some.push_back(c);
  return some;
}

}  // namespace gan
