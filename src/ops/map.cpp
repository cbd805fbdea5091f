// See ops/map.hpp.
#include "gan/ops/map.hpp"

namespace gan::detail {

void throw_undefined(const char* op) {
  throw ValueError("[" + std::string(op) +
                   "] an operand is undefined: it has neither a shape nor values; give it values first");
}

void throw_unmapped(Device device, const char* op) {
  throw DeviceError("[" + std::string(op) + "] this functor is not available on " + to_string(device) +
                    ": it has no GAN_MAP line in the library; use the cpu");
}

void require_same_device(Device a, Device b, const char* op) {
  if (a != b)
    throw DeviceError("[" + std::string(op) + "] the operands are on " + to_string(a) + " and " + to_string(b) +
                      "; move one with to()");
}

}  // namespace gan::detail
