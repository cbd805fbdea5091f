// Trains the first GANs (Goodfellow et al. 2014) with the authors' recipes: MNIST, or CIFAR-10 with dense or
// convolutional networks.
//   build/release/examples/goodfellow --data mnist --out runs/goodfellow --epochs 50
//   build/release/examples/goodfellow --data cifar10 --net cifar --out runs/goodfellow_cifar --epochs 10
// To keep the checkpoint with the best Parzen log-likelihood of held-out images:
//   build/release/examples/goodfellow --data mnist --train-images 50000 --measure-every 2500
#include <gan/app/training.hpp>
#include <gan/models/goodfellow.hpp>

int main(int argc, char** argv) {
  using namespace gan;
  return app::run(argc, argv, [](int count, char** words) {
    const auto system = models::entry_of<models::Goodfellow>();
    app::TrainingFlags flags{.out = "runs/goodfellow"};
    flags.take(models::Goodfellow::recipe());
    return app::train_program(count, words, system, flags);
  });
}
