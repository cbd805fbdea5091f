// Bad shapes and values: the message names the op and shows the shapes.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/tensor/tensor.hpp"

namespace gan {

template <class E, class F>
void expect_error(F f, const std::string& text) {
  try {
    f();
    ADD_FAILURE() << "no error; expected: " << text;
  } catch (const E& e) { EXPECT_THAT(e.what(), testing::HasSubstr(text)); } catch (const std::exception& e) {
    ADD_FAILURE() << "another error: " << e.what();
  }
}

inline Var zeros(std::initializer_list<i64> shape) { return Var::zeros(Shape(shape)); }

}  // namespace gan
