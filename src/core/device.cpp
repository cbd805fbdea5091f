// Names of devices.
#include "gan/core/device.hpp"

#include "gan/backend/runtime.hpp"
#include "gan/core/error.hpp"

namespace gan {

std::string to_string(Device device) {
  return device.is_cpu() ? "cpu" : "cuda:" + std::to_string(device.index);
}

Device best_device() { return cuda_device_count() > 0 ? Device::cuda() : Device::cpu(); }

Device parse_device(std::string_view text) {
  if (text == "cpu") return Device::cpu();
  if (text == "auto") return best_device();
  if (text.substr(0, 4) == "cuda") {
    int index = 0;
    if (text.size() == 6 && text[4] == ':' && text[5] >= '0' && text[5] <= '9') {
      index = text[5] - '0';
    } else if (text.size() != 4) {
      throw UsageError("'" + std::string(text) + "' is not a device; use auto, cpu, cuda or cuda:0 to cuda:9");
    }
    const int count = cuda_device_count();
    if (index >= count)
      throw DeviceError("[device] " + std::string(text) + " was asked for, but " + std::to_string(count) +
                        " CUDA devices can be used here; use --device cpu");
    return Device::cuda(index);
  }
  throw UsageError("'" + std::string(text) + "' is not a device; use auto, cpu, cuda or cuda:0 to cuda:9");
}

}  // namespace gan
