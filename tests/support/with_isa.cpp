// with_isa LEVEL PROGRAM ARGUMENTS...: runs a program as on a machine whose best instruction set is LEVEL, v2 or v3.
// Ends with 77, which ctest counts as skipped, where this machine or this build lacks the level, and where programs
// use it here anyhow.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "src/cpu/isa.hpp"

int main(int argc, char** argv) {
  using gan::cpu::Isa;
  if (argc < 3) {
    std::fputs("usage: with_isa v2|v3 PROGRAM ARGUMENTS...\n", stderr);
    return 2;
  }
  const Isa here = gan::cpu::isa();
  for (const Isa wanted : {Isa::v2, Isa::v3}) {
    if (std::strcmp(argv[1], gan::cpu::to_string(wanted)) != 0) continue;
    if (wanted >= here) {
      std::printf("skipped: programs use %s here%s\n", gan::cpu::to_string(here),
                  wanted == here ? ", and the other tests run with it" : "");
      return 77;
    }
    if (gan::cpu::built(wanted) != wanted) {
      std::printf("skipped: this build has no kernels for %s\n", argv[1]);
      return 77;
    }
    setenv("GAN_ISA", argv[1], 1);
    execv(argv[2], argv + 2);
    std::perror(argv[2]);
    return 1;
  }
  std::fprintf(stderr, "with_isa: there is no level '%s'\n", argv[1]);
  return 2;
}
