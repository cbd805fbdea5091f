// Trains a DCGAN: Fashion-MNIST, MNIST or built-in shapes at 28 or 32 pixels, CIFAR-10 at 32, a folder of photographs
// at 64. `gan train dcgan` does the same; this is how.
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
    app::MeasureFlags measures;
    models::DcganOptions net_options;
    app::Options options("dcgan", "trains a DCGAN (Radford, Metz & Chintala 2015)");
    flags.add_to(options);
    options.add_fields(net_options);
    measures.add_to(options);
    if (!options.parse(count, words)) return 0;
    flags.apply();

    models::Dcgan net(net_options);
    init(net, flags.seed);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, net_options.latent}).c_str(),
                summary(net.D, net.needs().x.prepend(1)).c_str());
    std::fflush(stdout);
    const data::Source images = flags.open(net.needs());
    to(net, flags.where());
    Game game = models::dcgan_game(net);
    return app::train(options, flags, signals, net, game, images, measures.measurement(flags, net, images));
  });
}
