// How much does a trained discriminator know about classes that it was never given? Feeds its feature maps of all
// stages, max-pooled to a 4 x 4 grid, to a linear support vector machine (Radford, Metz & Chintala 2015, section 5.1),
// compared with those of the same network with random filters; images show which pixels its last features respond to
// (section 6.2).
//   build/release/examples/discriminator_features --run runs/cifar10 --data cifar10 --out runs/cifar10/features
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <chrono>
#include <cstdio>
#include <numeric>

using namespace gan;

namespace {

struct Settings {
  std::string data = "cifar10";
  i64 images = 0, grid = 4, passes = 100;
  double c = 0, tolerance = 0.05;
  u64 seed = 1;
};

struct Set {
  Var x;
  std::vector<i64> labels;
};

/// The first n images with their labels; 0: all.
Set load(const Settings& s, const models::Dcgan& net, data::Split split) {
  data::Images d = data::load(s.data, {.split = split, .size = net.options.size, .channels = net.options.channels});
  if (s.images > 0 && s.images < d.size()) d = d.take(s.images);
  if (!d.labelled()) throw DataError("--data " + s.data + " has no labels; a folder with a subfolder per class has");
  std::vector<i64> all(static_cast<std::size_t>(d.size()));
  std::iota(all.begin(), all.end(), i64{0});
  Set set{d.batch(all)["x"], {}};
  for (const i64 i : all) set.labels.push_back(d.label(i));
  return set;
}

/// The c that performs best on a fifth of (at most 10,000 of) the training features, fitted on the rest of those.
double best_c(const Var& features, const std::vector<i64>& labels, i64 classes, const Settings& s) {
  const i64 all = std::min<i64>(features.shape(0), 10000), fit = all * 4 / 5, d = features.shape(1);
  const std::span<const i64> known(labels.data(), static_cast<std::size_t>(all));
  double best = 0, chosen = 0;
  for (const double c : {0.03, 0.1, 0.3, 1.0, 3.0, 10.0}) {
    const analysis::LinearSvm svm(features.view({fit, d}), known.first(static_cast<std::size_t>(fit)), classes,
                                 {.c = c, .tolerance = s.tolerance, .passes = s.passes, .seed = s.seed});
    const double accuracy =
        svm.accuracy(features.view({all - fit, d}, fit * d), known.subspan(static_cast<std::size_t>(fit)));
    std::printf("  c %g: %.2f %% of %lld held-out training images\n", c, 100 * accuracy,
                static_cast<long long>(all - fit));
    std::fflush(stdout);
    if (accuracy > best) {
      best = accuracy;
      chosen = c;
    }
  }
  return chosen;
}

/// The accuracy on test images.
double judge(const char* name, models::Dcgan& net, const Set& train, const Set& test, const Settings& s) {
  const auto start = std::chrono::steady_clock::now();
  analysis::recompute_batch_norm_statistics(
      net.D, train.x.view(train.x.shape().with(0, std::min<i64>(train.x.shape(0), 10000))));
  analysis::StageFeatures stages{net.D, net.discriminator_stages(), s.grid};
  Var features = metrics::features(stages, train.x), test_features = metrics::features(stages, test.x);
  const analysis::Standardizer standardizer(features);
  standardizer.apply(features);
  standardizer.apply(test_features);
  std::printf("%s: %lld features of %lld and %lld images\n", name, static_cast<long long>(features.shape(1)),
              static_cast<long long>(features.shape(0)), static_cast<long long>(test_features.shape(0)));
  std::fflush(stdout);
  const i64 classes = 1 + *std::max_element(train.labels.begin(), train.labels.end());
  const double c = s.c > 0 ? s.c : best_c(features, train.labels, classes, s);
  const analysis::LinearSvm svm(features, train.labels, classes,
                               {.c = c, .tolerance = s.tolerance, .passes = s.passes, .seed = s.seed});
  const double accuracy = svm.accuracy(test_features, test.labels);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("  %.2f %% of test images are classified rightly (c %g, %lld passes%s, %.0f s)\n", 100 * accuracy, c,
              static_cast<long long>(svm.passes()), svm.converged() ? "" : ", not converged", seconds);
  std::fflush(stdout);
  return accuracy;
}

/// For each of the first features of the last stage, the images that activate it most and, below them, the pixels.
void picture(const models::Dcgan& net, const Var& images, const std::string& path) {
  constexpr i64 shown = 6, columns = 8;
  const auto stages = net.discriminator_stages();
  const Var answers = analysis::max_activations(net.D, stages, images);
  Tensors<float> rows_of_images;
  for (i64 feature = 0; feature < std::min(shown, answers.shape(1)); ++feature) {
    std::vector<i64> order(static_cast<std::size_t>(images.shape(0)));
    std::iota(order.begin(), order.end(), i64{0});
    std::stable_sort(order.begin(), order.end(), [&](i64 a, i64 b) {
      return answers.data()[a * answers.shape(1) + feature] > answers.data()[b * answers.shape(1) + feature];
    });
    order.resize(std::min<std::size_t>(order.size(), columns));
    const Var best = gather(images, order);
    Var pixels = analysis::guided_backprop(net.D, stages, best, feature);
    const i64 size = pixels.shape().stride0();
    float* const p = pixels.mutable_data();
    for (i64 i = 0; i < pixels.shape(0); ++i) {  // the largest value of each image becomes white or black
      float largest = 1e-12f;
      for (i64 k = 0; k < size; ++k) largest = std::max(largest, std::abs(p[i * size + k]));
      for (i64 k = 0; k < size; ++k) p[i * size + k] /= largest;
    }
    rows_of_images.push_back(best);
    rows_of_images.push_back(pixels);
  }
  io::save_grid(path, concat(rows_of_images), {.rows = 2 * shown, .columns = columns});
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string run = "runs/cifar10", out;
    double require = 0;
    Settings s;
    app::Options options("discriminator_features",
                         "classifies images by what a trained DCGAN's discriminator sees in them");
    options.add("--run PATH", run, "a run's folder, or a checkpoint, of the program dcgan")
        .add("--data NAME|DIR", s.data, "labelled images")
        .add("--out DIR", out, "folder for pictures of guided backpropagation; empty: none")
        .add("--images N", s.images, "of training and test images, at most; 0: all", {.min = 0, .max = 1000000000})
        .add("--grid N", s.grid, "feature maps are pooled to N x N", {.min = 1, .max = 16})
        .add("--c C", s.c, "weight of the errors of the machine; 0: by images held out", {.min = 0, .max = 1e6})
        .add("--tolerance E", s.tolerance, "of the machine", {.min = 1e-9, .max = 1})
        .add("--passes N", s.passes, "of the machine over the images, at most", {.min = 1, .max = 1000000})
        .add("--seed N", s.seed, "of the random filters and of the machine")
        .add("--require P", require, "fail unless the discriminator is P points better than random filters",
             {.min = 0, .max = 100});
    if (!options.parse(count, words)) return 0;

    models::Dcgan net = models::load_dcgan(run), random(net.options);
    init(random, s.seed);
    const Set train = load(s, net, data::Split::train), test = load(s, net, data::Split::test);
    const double trained = judge("trained discriminator", net, train, test, s);
    const double untrained = judge("random filters", random, train, test, s);
    std::printf("the trained discriminator is %.2f points better\n", 100 * (trained - untrained));
    if (!out.empty()) {
      io::make_directory(out);
      const Var some = test.x.view(test.x.shape().with(0, std::min<i64>(test.x.shape(0), 2000)));
      picture(net, some, out + "/guided.png");
      picture(random, some, out + "/guided_random.png");
    }
    return 100 * (trained - untrained) < require ? 1 : 0;
  });
}
