// Trains a DCGAN: Fashion-MNIST, MNIST or built-in shapes at 28 or 32 pixels, CIFAR-10 at 32, a folder of photographs
// at 64.
//   build/release/examples/dcgan --data fashion-mnist --out runs/dcgan --epochs 4
//   build/release/examples/dcgan --data cifar10 --size 32 --channels 3 --out runs/cifar10 --epochs 10
//   build/release/examples/dcgan --data mnist --measure-every 500 --classifier runs/classifiers/mnist.safetensors
//   build/release/examples/dcgan --resume --out runs/dcgan --epochs 8     resumes a stopped run
#include <gan/app/training.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    const app::SignalGuard signals;
    app::TrainingFlags flags{.out = "runs/dcgan"};
    models::DcganOptions net_options;
    app::Measurement measurement{.name = "classifier_fid"};
    std::string classifier;
    app::Options options("dcgan", "trains a DCGAN (Radford, Metz & Chintala 2015)");
    flags.add_to(options);
    options.add_fields(net_options);
    options.add("--classifier FILE", classifier, "measures with it, see the program classifier")
        .not_in_config()
        .add("--measure-every N", measurement.every, "rounds between measurements; 0: none",
             {.min = 0, .max = 1000000000000})
        .not_in_config();
    if (!options.parse(count, words)) return 0;
    flags.apply();
    if (classifier.empty() != (measurement.every == 0))
      throw UsageError("--classifier and --measure-every go together");

    const data::Dataset images = flags.load(net_options.size, net_options.channels);
    models::Dcgan net(net_options);
    init(net, flags.seed);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, net_options.latent}).c_str(),
                summary(net.D, images.shape().with(0, 1)).c_str());
    std::fflush(stdout);

    if (measurement.every > 0)
      measurement.metric = models::classifier_distance(backbones::load_classifier(classifier), images);
    to(net, flags.where());
    Game game = models::dcgan_game(net);
    return app::train(options, flags, signals, net, game, images, measurement);
  });
}
