// See app/environment.hpp.
#include "gan/app/environment.hpp"

#include <sys/utsname.h>

#include <fstream>
#include <thread>
#include <type_traits>

#include "gan/app/config.hpp"
#include "gan/backend/runtime.hpp"
#include "gan/config.hpp"
#include "gan/core/fields.hpp"
#include "gan/core/parallel.hpp"
#include "src/io/utf8.hpp"
#include "src/cpu/products.hpp"

// Weak, because other BLAS libraries lack it.
extern "C" __attribute__((weak)) char* openblas_get_config();

namespace gan::app {
namespace {

std::string line_or_unknown(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos || !io::is_utf8(text)) return "unknown";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

/// The text after "name<separator>" in the first line of a system file that begins with it.
std::string value_in(const char* path, const std::string& name, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name))
      if (const std::size_t at = line.find(separator); at != std::string::npos) return line.substr(at + 1);
  return {};
}

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

std::string system_name() {
  std::string name = value_in("/etc/os-release", "PRETTY_NAME", '=');
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  struct utsname kernel;
  if (::uname(&kernel) != 0) return name;
  const std::string text = std::string(kernel.sysname) + " " + kernel.release + " " + kernel.machine;
  return name.empty() ? text : name + ", " + text;
}

std::string blas() {
  const char* name = cpu::blas_name();
  if (name == nullptr) return "none";
  return openblas_get_config ? openblas_get_config() : name;
}

}  // namespace

Environment environment() {
  return {.libgan = GAN_VERSION_STRING,
          .compiler = line_or_unknown(compiler()),
          .os = line_or_unknown(system_name()),
          .cpu = line_or_unknown(value_in("/proc/cpuinfo", "model name", ':')),
          .isa = cpu::to_string(cpu::isa()),
          .blas = line_or_unknown(blas()),
          .cores = static_cast<i64>(std::thread::hardware_concurrency()),
          .threads = threads(),
          .cuda_devices = cuda_device_count()};
}

std::string to_json(Environment environment) {
  std::string text = "{";
  environment.visit([&text](const char* name, auto& value, const char*) {
    text += std::string(text == "{" ? "\n" : ",\n") + "  \"" + name + "\": ";
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
      text += config_text(std::string_view(value));  // JSON quotes like TOML
    else
      text += detail::field_text(value);
  });
  return text + "\n}\n";
}

}  // namespace gan::app
