// Sums and moves of elements.
#pragma once

#include "support/cases/case.hpp"

namespace gan {

inline std::vector<Case> shape_cases() {
  using namespace naive;
  auto same = [](Shape s) {
    return [s](const std::vector<Array>& x) {
      Array y = x[0];
      y.shape = s;
      return y;
    };
  };
  auto to = [](Shape s) { return [s](const std::vector<Array>& x) { return naive::sum_to(x[0], s); }; };
  return {
      make_case("sum_to", {{4, 3, 5}},
                [](auto& x) {
                  return sum_to(x[0], Shape{3, 1});
                },
                to({3, 1}), {.large = {{100, 3, 400}}}),
      make_case("sum_to.columns", {{4, 3}}, [](auto& x) { return sum_to(x[0], Shape{3}); }, to({3}),
                {.large = {{20000, 3}}}),
      make_case("sum_to.rows", {{4, 7}},
                [](auto& x) {
                  return sum_to(x[0], Shape{x[0].shape(0), 1});
                },
                to({4, 1}), {.large = {{64, 3000}}}),
      make_case("sum_to.alternating", {{2, 3, 2, 3}},
                [](auto& x) {
                  return sum_to(x[0], Shape{2, 1, 2, 1});
                },
                to({2, 1, 2, 1}), {.large = {{2, 300, 2, 300}}}),
      make_case(
          "broadcast_to", {{3, 1}},
          [](auto& x) {
            return broadcast_to(x[0], Shape{2, 3, 4});
          },
          [](auto& x) {
            return naive::broadcast_to(x[0], Shape{2, 3, 4});
          }),
      make_case("sum", {{3, 5}}, [](auto& x) { return sum(x[0]); }, to({}), {.large = {{300, 700}}}),
      make_case(
          "sum.axes", {{2, 3, 4}},
          [](auto& x) {
            return sum(x[0], {0, -1});
          },
          [](auto& x) {
            Array y = naive::sum_to(x[0], Shape{1, 3, 1});
            y.shape = Shape{3};
            return y;
          }),
      make_case(
          "mean", {{3, 5}}, [](auto& x) { return mean(x[0]); },
          [](auto& x) { return scalar(mean_of(x[0], [](double v) { return v; })); }),
      make_case(
          "mean.axes", {{2, 3, 4}}, [](auto& x) { return mean(x[0], {1}, true); },
          [](auto& x) {
            Array y = naive::sum_to(x[0], Shape{2, 1, 4});
            for (auto& v : y.values) v /= 3;
            return y;
          }),
      make_case(
          "reshape", {{2, 6}},
          [](auto& x) {
            return reshape(x[0], Shape{3, 4});
          },
          same({3, 4})),
      make_case(
          "reshape.inferred", {{2, 6}},
          [](auto& x) {
            return reshape(x[0], {-1, 2, 2});
          },
          same({3, 2, 2})),
      make_case(
          "flatten", {{2, 3, 2}}, [](auto& x) { return flatten(x[0]); }, same({2, 6})),
      make_case(
          "permute", {{2, 3, 4}},
          [](auto& x) {
            return permute(x[0], {2, 0, 1});
          },
          [](auto& x) {
            Array y(Shape{4, 2, 3});
            for (i64 i = 0; i < 2; ++i)
              for (i64 j = 0; j < 3; ++j)
                for (i64 k = 0; k < 4; ++k) y.at({k, i, j}) = x[0].at({i, j, k});
            return y;
          },
          {.large = {{50, 40, 30}}}),
      make_case(
          "transpose", {{2, 3}}, [](auto& x) { return transpose(x[0]); },
          [](auto& x) {
            Array y(Shape{3, 2});
            for (i64 i = 0; i < 2; ++i)
              for (i64 j = 0; j < 3; ++j) y.at({j, i}) = x[0].at({i, j});
            return y;
          }),
      make_case(
          "slice", {{3, 5}}, [](auto& x) { return slice(x[0], -1, 1, 4); },
          [](auto& x) {
            Array y(Shape{3, 3});
            for (i64 i = 0; i < 3; ++i)
              for (i64 j = 0; j < 3; ++j) y.at({i, j}) = x[0].at({i, j + 1});
            return y;
          }),
      make_case(
          "rows", {{4, 2}}, [](auto& x) { return rows(x[0], 1, 3); },
          [](auto& x) {
            Array y(Shape{2, 2});
            for (i64 i = 0; i < 2; ++i)
              for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({i + 1, j});
            return y;
          }),
      make_case(
          "pad", {{2, 3}}, [](auto& x) { return pad(x[0], 1, 1, 2); },
          [](auto& x) {
            Array y(Shape{2, 6});
            for (i64 i = 0; i < 2; ++i)
              for (i64 j = 0; j < 3; ++j) y.at({i, j + 1}) = x[0].at({i, j});
            return y;
          }),
      make_case(
          "concat", {{2, 2}, {2, 1}}, [](auto& x) { return concat(x, 1); },
          [](auto& x) {
            Array y(Shape{2, 3});
            for (i64 i = 0; i < 2; ++i) {
              y.at({i, 0}) = x[0].at({i, 0});
              y.at({i, 1}) = x[0].at({i, 1});
              y.at({i, 2}) = x[1].at({i, 0});
            }
            return y;
          }),
      make_case(
          "gather", {{4, 2}},
          [](auto& x) {
            return gather(x[0], {3, 0, 3});
          },
          [](auto& x) {
            Array y(Shape{3, 2});
            const i64 from[] = {3, 0, 3};
            for (i64 i = 0; i < 3; ++i)
              for (i64 j = 0; j < 2; ++j) y.at({i, j}) = x[0].at({from[i], j});
            return y;
          }),
      make_case(
          "scatter_add", {{3, 2}},
          [](auto& x) {
            return scatter_add(x[0], {1, 0, 1}, 4);
          },
          [](auto& x) {
            Array y(Shape{4, 2});
            const i64 into[] = {1, 0, 1};
            for (i64 i = 0; i < 3; ++i)
              for (i64 j = 0; j < 2; ++j) y.at({into[i], j}) += x[0].at({i, j});
            return y;
          }),
  };
}

}  // namespace gan
