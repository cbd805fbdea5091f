// The program gan with the toy systems on its list, as a user's program would be.
#include "support/toy_systems.hpp"

#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>

int main(int argc, char** argv) {
  gan::test::add_toy_systems();
  return gan::app::run(argc, argv, gan::app::gan_program);
}
