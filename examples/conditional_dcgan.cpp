// Trains the authors' conditional DCGAN (Radford, Metz & Chintala 2015, section 5.3) on 28 x 28 images with labels.
// Each column of the sample grids is one class.
//   build/release/examples/conditional_dcgan --data mnist --out runs/conditional_dcgan --epochs 5
#include <gan/app/training.hpp>
#include <gan/gan.hpp>
#include <gan/models/conditional_dcgan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    const app::SignalGuard signals;
    app::TrainingFlags flags{.data = "mnist", .out = "runs/conditional_dcgan", .epochs = 5, .batch_size = 128};
    models::ConditionalDcganOptions net_options;
    app::Options options("conditional_dcgan", "trains the conditional DCGAN of Radford, Metz & Chintala 2015");
    flags.add_to(options);
    options.add_fields(net_options);
    if (!options.parse(count, words)) return 0;
    flags.apply();

    models::ConditionalDcgan net(net_options);
    init(net, flags.seed);
    const auto counts = [](auto& module) { return static_cast<long long>(count_parameters(module).trainable); };
    std::printf("Generator: %lld parameters; discriminator: %lld\n", counts(net.G), counts(net.D));
    std::fflush(stdout);

    to(net, flags.where());
    Game game = models::conditional_dcgan_game(net);
    const data::Dataset images = flags.load(28, net_options.channels, net.sampling().low, net.sampling().high);
    return app::train(options, flags, signals, net, game, images);
  });
}
