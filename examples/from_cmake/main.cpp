// Without an argument, trains a vanilla GAN for two rounds; given the file or run of a generator, samples from it.
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

int main(int argc, char** argv) try {
  if (argc > 1) {
    const auto generator = load_generator(argv[1]);
    const Var images = generator.sample(4);
    std::printf("%s: images %s, mean %.5f\n", generator.model().c_str(), to_string(images.shape()).c_str(),
                mean(images).item());
    return 0;
  }
  models::Vanilla net;
  init(net, 1);
  Game game = models::vanilla_game(net);
  Trainer trainer{game, data::load("shapes").batches(16), {.rounds = 2, .seed = 1}};
  trainer.run();
  std::printf("libgan %s:", GAN_VERSION_STRING);
  for (const auto& [name, value] : trainer.metrics()) std::printf(" %s %.5f", name.c_str(), value);
  std::printf("\n");
} catch (const Error& e) {
  std::fprintf(stderr, "error: %s\n", e.what());
  return 1;
}
