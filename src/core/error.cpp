// See core/error.hpp.
#include "gan/core/error.hpp"

namespace gan {

void throw_shape_error(std::string_view op, std::string_view what, std::span<const Shape> shapes) {
  std::string message = "[" + std::string(op) + "] " + std::string(what);
  for (std::size_t i = 0; i < shapes.size(); ++i) message += (i == 0 ? ": " : ", ") + to_string(shapes[i]);
  throw ShapeError(message);
}

}  // namespace gan
