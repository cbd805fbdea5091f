// Trains the first conditional GAN (Mirza & Osindero 2014) on 28 x 28 images with labels. Each column of the sample
// grids is one class.
//   build/release/examples/cgan --data mnist --adam --out runs/cgan --epochs 20
#include <gan/app/training.hpp>
#include <gan/models/cgan.hpp>

int main(int argc, char** argv) {
  using namespace gan;
  return app::run(argc, argv, [](int count, char** words) {
    const auto system = models::entry_of<models::Cgan>();
    app::TrainingFlags flags{.out = "runs/cgan"};
    flags.take(models::Cgan::recipe());
    return app::train_program(count, words, system, flags);
  });
}
