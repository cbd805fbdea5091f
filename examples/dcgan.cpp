// Trains a DCGAN on 28 x 28 images: Fashion-MNIST, MNIST, or built-in shapes.
//   build/release/examples/dcgan --data fashion-mnist --out runs/dcgan --epochs 4
#include <gan/app/training.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    app::TrainingFlags flags{.out = "runs/dcgan"};
    models::DcganOptions net_options;
    app::Options options("dcgan", "trains a DCGAN (Radford, Metz & Chintala 2015) on 28 x 28 images");
    flags.add_to(options);
    options.add("--latent N", net_options.latent, "numbers in a latent vector", {.min = 1, .max = 4096})
        .add("--features N", net_options.features, "channels of the stage next to the image", {.min = 1, .max = 1024})
        .add("--learning-rate R", net_options.learning_rate, "of both players' Adam", {.min = 0});
    if (!options.parse(count, words)) return 0;

    const data::Dataset images = flags.load(net_options.channels);
    models::Dcgan net(net_options);
    init(net, flags.seed);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, net_options.latent}).c_str(),
                summary(net.D, Shape{1, 28, 28, 1}).c_str());
    std::fflush(stdout);

    Game game = models::dcgan_game(net);
    Trainer trainer{game, images.batches(flags.batch_size), flags.trainer()};
    app::train(trainer, net.G, flags, net_options.latent);
    return 0;
  });
}
