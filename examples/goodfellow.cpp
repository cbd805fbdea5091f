// Trains the first GANs (Goodfellow et al. 2014) with the authors' recipes: MNIST, or CIFAR-10 with dense or
// convolutional networks.
//   build/release/examples/goodfellow --data mnist --out runs/goodfellow --epochs 50
//   build/release/examples/goodfellow --data cifar10 --net cifar --out runs/goodfellow_cifar --epochs 10
// To keep the checkpoint with the best Parzen log-likelihood of held-out images:
//   build/release/examples/goodfellow --data mnist --train-images 50000 --measure-every 2500
#include <gan/app/training.hpp>
#include <gan/gan.hpp>
#include <gan/models/goodfellow.hpp>

#include <algorithm>
#include <cstdio>

using namespace gan;

namespace {

/// The negative of the Parzen log-likelihood of validation images, which the authors monitor: of 1,000 images from
/// index `first` on, under windows around samples.
std::function<double(const Var&)> negative_log_likelihood(const models::Goodfellow& net, const data::Dataset& images,
                                                          i64 first) {
  constexpr i64 count = 1000;
  if (images.size() < first + count)
    throw UsageError("--measure-every needs 1,000 images that --train-images leaves out");
  std::vector<i64> places;
  for (i64 i = first; i < first + count; ++i) places.push_back(i);
  return [validation = net.preprocess(images.batch(places).x)](const Var& samples) {
    const auto r = metrics::parzen(samples, validation, rows(validation, 0, 1));
    return -*std::max_element(r.validation_means.begin(), r.validation_means.end());
  };
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    const app::SignalGuard signals;
    app::TrainingFlags flags{.data = "mnist", .out = "runs/goodfellow", .epochs = 50, .batch_size = 100, .ema = 0};
    models::GoodfellowOptions net_options;
    app::Measurement measurement{.name = "parzen_nll", .samples = 10000};
    i64 train_images = 0;
    app::Options options("goodfellow", "trains the first GANs (Goodfellow et al. 2014)");
    flags.add_to(options);
    options.add_fields(net_options);
    options
        .add("--train-images N", train_images,
             "train on the first N images, 0: on all; the authors on 50,000 of MNIST's, 40,000 of CIFAR-10's",
             {.min = 0, .max = 1000000000})
        .add("--measure-every N", measurement.every,
             "rounds between Parzen log-likelihoods of the 1,000 images after those; 0: none",
             {.min = 0, .max = 1000000000000})
        .not_in_config();
    if (!options.parse(count, words)) return 0;
    flags.apply();

    models::Goodfellow net(net_options);
    const Sampling sampling = net.sampling();
    const data::Dataset all = flags.load(net.is_mnist() ? 28 : 32, net.is_mnist() ? 1 : 3, sampling.low, sampling.high);
    const data::Dataset images = train_images > 0 && train_images < all.size() ? all.take(train_images) : all;
    if (measurement.every > 0) measurement.metric = negative_log_likelihood(net, all, images.size());
    init(net, flags.seed);
    if (net.is_mnist()) models::set_output_bias(net, images);
    std::printf("Generator\n%s\nDiscriminator\n%s\n", summary(net.G, Shape{1, sampling.latent.size}).c_str(),
                summary(net.D, images.shape().with(0, 1)).c_str());
    std::fflush(stdout);

    to(net, flags.where());
    Game game = models::goodfellow_game(net);
    return app::train(options, flags, signals, net, game, images, measurement);
  });
}
