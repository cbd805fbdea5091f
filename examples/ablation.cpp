// An ablation study of common questions about GANs: trains a DCGAN of 28 x 28 pixels and networks that differ from it
// in one respect each, all with the same rounds, batches and seeds, and prints a table of their classifier-FIDs.
//   build/release/examples/classifier --data fashion-mnist
//   build/release/examples/ablation --data fashion-mnist --rounds 1500
#include <gan/app/options.hpp>
#include <gan/app/progress.hpp>
#include <gan/core/parallel.hpp>
#include <gan/gan.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>

using namespace gan;

namespace {

constexpr i64 latent = 100;
constexpr Initializer small = initializer::normal(0.02);

struct Variant {
  const char* name;
  bool relu = false;        ///< ReLU in D instead of LeakyReLU
  bool pooling = false;     ///< D halves by 2 x 2 average pooling instead of strides
  bool upsampling = false;  ///< G doubles by nearest upsampling before a convolution instead of a transposed one
  bool dense_g = false, dense_d = false;
};
constexpr Variant variants[] = {
    {.name = "DCGAN: strides, transposed convolutions, LeakyReLU in D"},
    {.name = "ReLU in D", .relu = true},
    {.name = "average pooling in D instead of strides", .pooling = true},
    {.name = "nearest upsampling in G instead of transposed convolutions", .upsampling = true},
    {.name = "dense G", .dense_g = true},
    {.name = "dense D", .dense_d = true},
    {.name = "dense G and D", .dense_g = true, .dense_d = true},
};

BatchNorm norm(i64 channels, FusedActivation activation) {
  return BatchNorm(channels, {.activation = activation, .gamma = initializer::normal(0.02, 1)});
}
ConvOptions doubling(i64 in, i64 out, bool bias, FusedActivation activation = {}) {
  return {.in = in,
          .out = out,
          .kernel = 4,
          .stride = 2,
          .padding = 1,
          .bias = bias,
          .activation = activation,
          .initializer = small};
}
ConvOptions keeping(i64 in, i64 out, bool bias, FusedActivation activation = {}) {
  return {
      .in = in, .out = out, .kernel = 3, .padding = 1, .bias = bias, .activation = activation, .initializer = small};
}

Sequential generator(const Variant& v, i64 f) {
  const DenseOptions dense{.initializer = small};
  if (v.dense_g)
    return Sequential{Dense(latent, 512, dense),
                      norm(512, ReLU{}),
                      Dense(512, 512, dense),
                      norm(512, ReLU{}),
                      Dense(512, 784, {.activation = Tanh{}, .initializer = small}),
                      Reshape{{28, 28, 1}}};
  Sequential g{Dense(latent, 98 * f, dense), norm(98 * f, ReLU{}), Reshape{{7, 7, 2 * f}}};
  if (v.upsampling)
    g.add(UpSampling2D{})
        .add(Conv2D{keeping(2 * f, f, false)})
        .add(norm(f, ReLU{}))
        .add(UpSampling2D{})
        .add(Conv2D{keeping(f, 1, true, Tanh{})});
  else
    g.add(ConvTranspose2D{doubling(2 * f, f, false)})
        .add(norm(f, ReLU{}))
        .add(ConvTranspose2D{doubling(f, 1, true, Tanh{})});
  return g;
}

Sequential discriminator(const Variant& v, i64 f) {
  const FusedActivation kink = v.relu ? FusedActivation(ReLU{}) : FusedActivation(LeakyReLU{0.2});
  const DenseOptions dense{.activation = kink, .initializer = small};
  const Dense score(v.dense_d ? 256 : 98 * f, 1, {.initializer = small});
  if (v.dense_d) return Sequential{Flatten{.channels = 1}, Dense(784, 512, dense), Dense(512, 256, dense), score};
  if (v.pooling)
    return Sequential{Conv2D{keeping(1, f, true, kink)},
                      AvgPool2D{},
                      Conv2D{keeping(f, 2 * f, false)},
                      norm(2 * f, kink),
                      AvgPool2D{},
                      Flatten{},
                      score};
  return Sequential{Conv2D{doubling(1, f, true, kink)}, Conv2D{doubling(f, 2 * f, false)}, norm(2 * f, kink), Flatten{},
                    score};
}

struct Measured {
  double distance = 0, confidence = 0, seconds = 0;
};

struct Settings {
  i64 rounds = 1500, batch_size = 64, features = 32, samples = 10000, seeds = 1;
};

Measured play(const Variant& v, const data::Images& images, const backbones::Classifier& classifier, const Var& real,
              const Settings& s, u64 seed, app::Progress& progress, i64 done) {
  Sequential G = generator(v, s.features), D = discriminator(v, s.features);
  init(G, seed);
  init(D, seed + 1000);
  Ema average(G, 0.995);
  Game game = adversarial(G, D, NonSaturating{}, {.input = {.latent = latent}});
  Trainer trainer(game, images.batches(s.batch_size), {.rounds = s.rounds, .seed = seed});
  trainer.every(1, [&](Trainer& t) {
    average.update();
    progress.update(done + t.round(), {});
  });
  const auto started = std::chrono::steady_clock::now();
  trainer.run();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  Tensors<float> parts;
  for (i64 first = 0; first < s.samples; first += 500)
    parts.push_back(io::sample(average.network(), std::min<i64>(500, s.samples - first), InputSpec{.latent = latent},
                               seed + static_cast<u64>(first)));
  const backbones::Classified fake = backbones::classify(classifier, concat(parts));
  return {metrics::frechet_distance(real, fake.features).distance, fake.confidence, seconds};
}

/// The caption of the table. `floor`: the distance of training images.
void print_head(const Settings& s, const std::string& data_name, const backbones::TrainedClassifier& judge, i64 n,
                double floor) {
  std::printf(
      "%s, %lld rounds of %lld images, %lld seeds; classifier %s (sha256 %.16s...), %lld samples against %lld "
      "test images\n",
      data_name.c_str(), static_cast<long long>(s.rounds), static_cast<long long>(s.batch_size),
      static_cast<long long>(s.seeds), judge.path.c_str(), judge.sha256.c_str(), static_cast<long long>(s.samples),
      static_cast<long long>(n));
  std::printf("training images: classifier-FID %.2f\n\n", floor);
  std::printf("| nets | parameters of G, D | classifier-FID | confidence | seconds |\n|---|---|---|---|---|\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string data_name = "fashion-mnist", classifier_file;
    Settings s;
    int threads = 0;
    app::Options options("ablation", "trains nets that differ in one thing each and compares their classifier-FID");
    options.add("--data NAME|DIR", data_name, "fashion-mnist or mnist")
        .add("--classifier FILE", classifier_file, "from the program classifier; by default that of the data")
        .add("--rounds N", s.rounds, "of each training", {.min = 1, .max = 1000000})
        .also_called("steps")
        .add("--batch-size N", s.batch_size, "images in a batch", {.min = 2, .max = 65536})
        .add("--features N", s.features, "channels next to the image", {.min = 1, .max = 1024})
        .add("--samples N", s.samples, "images of each generator to judge", {.min = 200, .max = 1000000})
        .add("--seeds N", s.seeds, "trainings of each net: seeds 1 to N", {.min = 1, .max = 1000})
        .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024});
    if (!options.parse(count, words)) return 0;
    if (threads > 0) set_threads(threads);
    if (classifier_file.empty())
      classifier_file = "runs/classifiers/" + std::filesystem::path(data_name).filename().string() + ".safetensors";

    const backbones::TrainedClassifier judge = backbones::load_classifier(classifier_file);
    const data::Images images = data::load(data_name, data::Split::train).scale(-1, 1);
    const data::Images test = data::load(data_name, data::Split::test).scale(-1, 1);
    if (images.shape().tail() != Shape{28, 28, 1}) throw DataError("--data " + data_name + ": 28 x 28 x 1 is needed");
    const i64 n = std::min(s.samples, test.size());
    const Var real = backbones::classify(judge.net, test.batches(n).batch_at(0)["x"]).features;
    const Var train = backbones::classify(judge.net, images.batches(n).batch_at(0)["x"]).features;

    print_head(s, data_name, judge, n, metrics::frechet_distance(real, train).distance);
    const i64 all = static_cast<i64>(std::size(variants)) * s.seeds * s.rounds;
    app::Progress progress({.total = all, .images_per_round = s.batch_size});
    i64 done = 0;
    for (const Variant& v : variants) {
      std::string distances;
      double sum = 0, confidence = 0, seconds = 0;
      for (u64 seed = 1; seed <= static_cast<u64>(s.seeds); ++seed, done += s.rounds) {
        const Measured m = play(v, images, judge.net, real, s, seed, progress, done);
        char text[32];
        std::snprintf(text, sizeof text, "%s%.1f", seed == 1 ? "" : ", ", m.distance);
        distances += text;
        sum += m.distance / static_cast<double>(s.seeds);
        confidence += m.confidence / static_cast<double>(s.seeds);
        seconds += m.seconds / static_cast<double>(s.seeds);
      }
      if (s.seeds > 1) distances = std::to_string(std::lround(sum)) + " (" + distances + ")";
      Sequential G = generator(v, s.features), D = discriminator(v, s.features);
      std::printf("| %s | %lld, %lld | %s | %.3f | %.0f |\n", v.name,
                  static_cast<long long>(count_parameters(G).trainable),
                  static_cast<long long>(count_parameters(D).trainable), distances.c_str(), confidence, seconds);
      std::fflush(stdout);
    }
    return 0;
  });
}
