// Trains the first GANs (Goodfellow et al. 2014) by the authors' recipes: MNIST, or CIFAR-10 with dense or
// convolutional nets.
//   build/release/examples/goodfellow --data mnist --out runs/goodfellow --epochs 50
//   build/release/examples/goodfellow --data cifar10 --net cifar --out runs/goodfellow_cifar --epochs 10
#include <gan/app/training.hpp>
#include <gan/gan.hpp>
#include <gan/models/goodfellow.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    const app::SignalGuard signals;
    app::TrainingFlags flags{.data = "mnist", .out = "runs/goodfellow", .epochs = 50, .batch_size = 100, .ema = 0};
    models::GoodfellowOptions net_options;
    app::Options options("goodfellow", "trains the first GANs (Goodfellow et al. 2014)");
    flags.add_to(options);
    options.add_fields(net_options);
    if (!options.parse(count, words)) return 0;
    flags.apply();

    models::Goodfellow net(net_options);
    const Sampling sampling = net.sampling();
    const data::Dataset images =
        flags.load(net.is_mnist() ? 28 : 32, net.is_mnist() ? 1 : 3, sampling.low, sampling.high);
    init(net, flags.seed);
    if (net.is_mnist()) models::set_output_bias(net, images);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, sampling.latent.size}).c_str(),
                summary(net.D, images.shape().with(0, 1)).c_str());
    std::fflush(stdout);

    Game game = models::goodfellow_game(net);
    return app::train(options, flags, signals, net, game, images);
  });
}
