// Trains a vanilla GAN on 28 x 28 images: dense or convolutional networks, either generator loss of the 2014 paper.
//   build/release/examples/vanilla --generator convolutional --discriminator dense --data fashion-mnist --out runs/vanilla
#include <gan/app/training.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    const app::SignalGuard signals;
    app::TrainingFlags flags{.out = "runs/vanilla", .epochs = 10};
    models::VanillaOptions net_options;
    std::string loss = "non-saturating";
    int discriminator_steps = 1, generator_steps = 1;
    app::Options options("vanilla", "trains a vanilla GAN (Goodfellow et al. 2014) on 28 x 28 images");
    flags.add_to(options);
    options.add_fields(net_options)
        .add("--loss NAME", loss, "what the generator minimises", {"non-saturating", "saturating"})
        .add("--discriminator-steps N", discriminator_steps, "discriminator turns in a round", {.min = 1, .max = 100})
        .add("--generator-steps N", generator_steps, "generator turns in a round", {.min = 1, .max = 100});
    if (!options.parse(count, words)) return 0;
    flags.apply();

    const data::Dataset images = flags.load(28, 1);
    models::Vanilla net(net_options);
    init(net, flags.seed);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, net.options.latent}).c_str(),
                summary(net.D, Shape{1, 28, 28, 1}).c_str());
    std::fflush(stdout);

    to(net, flags.where());
    Game game = loss == "saturating" ? models::vanilla_game(net, Saturating{}) : models::vanilla_game(net);
    game["D"].turns = discriminator_steps;
    game["G"].turns = generator_steps;
    return app::train(options, flags, signals, net, game, images);
  });
}
