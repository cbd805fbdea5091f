// Errors: every failure of the library is an exception derived from gan::Error, with a message of the form
// "[op] what is wrong: shapes; remedy". The library never exits, aborts or prints.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gan/core/shape.hpp"

namespace gan {

/// Root of every exception that the library throws.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Shapes that do not fit an operation.
struct ShapeError : Error {
  using Error::Error;
};
/// A value outside its range, or an object used before it is ready.
struct ValueError : Error {
  using Error::Error;
};
/// A device that is absent, or an operation that a device does not support.
struct DeviceError : Error {
  using Error::Error;
};
/// A device has run out of memory. Nothing else is lost: the process can continue with fewer or smaller tensors.
struct OutOfMemory : DeviceError {
  using DeviceError::DeviceError;
};
/// A file that cannot be opened, read or written.
struct IoError : Error {
  using Error::Error;
};
/// A file whose contents violate its format; the message names the file and the fault.
struct FormatError : Error {
  using Error::Error;
};
/// A data set that was not found; the message names the places searched.
struct DataError : Error {
  using Error::Error;
};
/// A wrong command-line flag or configuration value.
struct UsageError : Error {
  using Error::Error;
};

/// Throws ShapeError("[op] what: (a, b), (c, d)").
[[noreturn]] void throw_shape_error(std::string_view op, std::string_view what, std::span<const Shape> shapes);

}  // namespace gan

/// Throws a ShapeError that names `op` and lists the shapes unless `condition` holds. Always on.
#define GAN_CHECK_SHAPE(condition, op, what, ...)       \
  do {                                                  \
    if (!(condition)) [[unlikely]] {                    \
      const ::gan::Shape shapes_[] = {__VA_ARGS__};     \
      ::gan::throw_shape_error(op, what, shapes_);      \
    }                                                   \
  } while (0)
