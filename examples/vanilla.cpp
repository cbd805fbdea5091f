// Trains a vanilla GAN of dense or convolutional layers on 28 x 28 images, with either generator loss of the 2014
// paper.
//   build/release/examples/vanilla --net dense --data fashion-mnist --out runs/vanilla --epochs 10
#include <gan/app/training.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    app::TrainingFlags flags{.out = "runs/vanilla", .epochs = 10};
    std::string kind = "dense", loss = "non-saturating";
    int critic_steps = 1;
    app::Options options("vanilla", "trains a vanilla GAN (Goodfellow et al. 2014) on 28 x 28 images");
    flags.add_to(options);
    options.add("--net NAME", kind, "layers of both networks", {"dense", "convolutional"})
        .add("--loss NAME", loss, "what the generator minimises", {"non-saturating", "saturating"})
        .add("--critic-steps N", critic_steps, "critic turns for each generator turn", {.min = 1, .max = 100});
    if (!options.parse(count, words)) return 0;

    const data::Dataset images = flags.load(1);
    models::Vanilla net({.kind = kind == "dense" ? models::VanillaKind::dense : models::VanillaKind::convolutional});
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
