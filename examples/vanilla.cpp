// Trains a vanilla GAN on 28 x 28 images: dense or convolutional networks, either generator loss of the 2014 paper.
//   build/release/examples/vanilla --generator convolutional --discriminator dense --data fashion-mnist --out runs/vanilla
#include <gan/app/training.hpp>
#include <gan/models/vanilla.hpp>

int main(int argc, char** argv) {
  using namespace gan;
  return app::run(argc, argv, [](int count, char** words) {
    const auto system = models::entry_of<models::Vanilla>();
    app::TrainingFlags flags{.out = "runs/vanilla"};
    flags.take(models::Vanilla::recipe());
    return app::train_program(count, words, system, flags);
  });
}
