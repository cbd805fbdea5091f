// One program for all systems; gan --help lists its commands. A program with systems of its own adds them first:
//   add_system<Mine>();
//   build/release/examples/gan train dcgan --data mnist --out runs/dcgan
//   build/release/examples/gan sample runs/dcgan --out samples.png
#include <gan/app/gan_program.hpp>
#include <gan/app/options.hpp>

int main(int argc, char** argv) { return gan::app::run(argc, argv, gan::app::gan_program); }
