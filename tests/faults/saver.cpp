// Saves and loads weights, for save_faults.py: "saver save FILE VALUE" writes two tensors full of VALUE, "saver load
// FILE" prints the value. Exits with 1 after an error of the library, which it prints; 2 for anything else.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "gan/core/error.hpp"
#include "gan/io/safetensors.hpp"
#include "gan/tensor/tensor.hpp"

using namespace gan;

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::strcmp(argv[1], "save") == 0) {
      const float value = std::strtof(argv[3], nullptr);
      io::SafeTensorsWriter()
          .add("a", Tensor<float>::full({40, 50}, value))
          .add("b", Tensor<float>::full({7}, value))
          .write(argv[2]);
      return 0;
    }
    if (argc == 3 && std::strcmp(argv[1], "load") == 0) {
      const io::SafeTensors file = io::read_safetensors(argv[2]);
      std::printf("%g\n", static_cast<double>(file.get<float>("a").data()[1999]));
      return 0;
    }
    std::fputs("usage: saver save FILE VALUE | saver load FILE\n", stderr);
    return 2;
  } catch (const IoError& e) {
    std::puts(e.what());
    return 1;
  }
}
