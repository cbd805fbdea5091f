// Trains a vanilla GAN on 28 x 28 images: dense or convolutional networks, either generator loss of the 2014 paper.
//   build/release/examples/vanilla --generator convolutional --critic dense --data fashion-mnist --out runs/vanilla
#include <gan/app/training.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    app::TrainingFlags flags{.out = "runs/vanilla", .epochs = 10};
    models::VanillaOptions net_options;
    const std::vector<std::string> kinds{"dense", "convolutional"};
    std::string generator = kinds[0], critic = kinds[0], loss = "non-saturating";
    int critic_steps = 1;
    app::Options options("vanilla", "trains a vanilla GAN (Goodfellow et al. 2014) on 28 x 28 images");
    flags.add_to(options);
    options.add("--generator NAME", generator, "its layers", kinds)
        .add("--critic NAME", critic, "the discriminator's layers", kinds)
        .add("--generator-rate R", net_options.generator_rate, "learning rate of the generator's Adam", {.min = 0})
        .add("--critic-rate R", net_options.critic_rate, "learning rate of the critic's Adam", {.min = 0})
        .add("--loss NAME", loss, "what the generator minimises", {"non-saturating", "saturating"})
        .add("--critic-steps N", critic_steps, "critic turns for each generator turn", {.min = 1, .max = 100});
    if (!options.parse(count, words)) return 0;

    const data::Dataset images = flags.load(1);
    if (generator == kinds[1]) net_options.generator = models::VanillaKind::convolutional;
    if (critic == kinds[1]) net_options.critic = models::VanillaKind::convolutional;
    models::Vanilla net(net_options);
    init(net, flags.seed);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, net.options.latent}).c_str(),
                summary(net.D, Shape{1, 28, 28, 1}).c_str());
    std::fflush(stdout);

    Game game = loss == "saturating" ? models::vanilla_game(net, Saturating{}) : models::vanilla_game(net);
    game["D"].turns = critic_steps;
    Trainer trainer{game, images.batches(flags.batch_size), flags.trainer()};
    app::train(trainer, net.G, flags, net.options.latent);
    return 0;
  });
}
