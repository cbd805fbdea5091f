// Ten lines of somebody else's program.
#include <cstdio>
#include <gan/config.hpp>
#include <gan/gan.hpp>

int main() {
  std::printf("libgan %s, %d threads\n", GAN_VERSION_STRING, gan::threads());
  return gan::threads() >= 1 ? 0 : 1;
}
