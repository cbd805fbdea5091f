// How easily is a small classifier of digits fooled, and how much does training on adversarial examples help?
//   build/release/examples/fgsm --data mnist --out runs/fgsm --require
// Trains one network on images and one on images and adversarial examples of them (Goodfellow, Shlens & Szegedy 2015),
// attacks both, also with the examples made for the other, and writes an image: originals, perturbations, results.
#include <gan/app/options.hpp>
#include <gan/app/progress.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;
using namespace gan::analysis;

namespace {

Sequential classifier(const data::Images& images) {
  const i64 side = images.height() / 4, classes = static_cast<i64>(images.classes().size());
  const auto conv = [](i64 in, i64 out) {
    return Conv2D{{.in = in, .out = out, .kernel = 5, .stride = 2, .padding = Padding::same(), .activation = ReLU{}}};
  };
  return Sequential{conv(images.channels(), 24), conv(24, 48), Flatten{},
                    Dense(side * side * 48, 128, {.activation = ReLU{}}), Dense(128, classes)};
}

struct Training {
  i64 epochs;
  u64 seed;
  double epsilon;  ///< 0: trained on images alone
};

Sequential train(const data::Images& images, const Training& how) {
  Sequential net = classifier(images);
  init(net, how.seed);
  data::Loader loader(images, {.batch_size = 100, .seed = how.seed});
  const i64 steps = how.epochs * loader.batches_per_epoch();
  const OptimizerSpec spec = OptimizerSpec(Adam{.learning_rate = 1e-3, .beta1 = 0.9})
                        .learning_rate(schedule::linear_to_zero({.from = steps / 2, .steps = steps / 2 + 1}));
  Optimizer<float> optimizer(spec);
  auto parameters = params(net);
  Pass pass = Pass::training();
  app::Progress progress({.total = steps, .images_per_round = 100});
  for (i64 k = 0; k < steps; ++k) {
    const Batch b = loader.next();
    const std::vector<i64> labels = b.integers("labels");
    const AdversarialTraining on{.attack = {.epsilon = how.epsilon}};
    const Var loss = how.epsilon > 0 ? adversarial_cross_entropy(net, b["x"], labels, on, pass)
                                     : cross_entropy(net(b["x"], pass), labels);
    if (progress.due()) {
      const app::Metric now{"loss", loss.item()};
      progress.update(k, {&now, 1});
    }
    optimizer.step(parameters, grad(loss, parameters.tensors));
  }
  return net;
}

/// The accuracy of `net` on a test set changed by `attack`.
template <class Attack>
ClassifierAccuracy judge(Sequential& net, const data::Images& test, Attack attack) {
  data::Loader loader(test, {.batch_size = 500, .shuffle = false, .drop_last = false});
  ClassifierAccuracy all;
  for (i64 k = 0; k < loader.batches_per_epoch(); ++k) {
    const Batch b = loader.next();
    const std::vector<i64> labels = b.integers("labels");
    const auto [x, wanted] = attack(b["x"], labels);
    const ClassifierAccuracy a = classifier_accuracy(net, x, wanted);
    const auto n = static_cast<double>(a.images);
    all.accuracy += n * a.accuracy;
    all.confidence += n * a.confidence;
    all.images += a.images;
  }
  all.accuracy /= static_cast<double>(all.images);
  all.confidence /= static_cast<double>(all.images);
  return all;
}

using Attacked = std::pair<Var, std::vector<i64>>;

/// The accuracy and confidence on attacked images.
ClassifierAccuracy errors(Sequential& net, Sequential& attacked, const data::Images& test, const FgsmOptions& o) {
  return judge(net, test, [&](const Var& x, const std::vector<i64>& labels) -> Attacked {
    return {o.epsilon > 0 ? fgsm(attacked, x, labels, o) : x, labels};
  });
}

/// How often images of each class are classified as the next class, and 9 as 0, after the attack.
double reached(Sequential& net, const data::Images& test, FgsmOptions o) {
  o.targeted = true;
  const auto classes = static_cast<i64>(test.classes().size());
  return judge(net, test,
               [&](const Var& x, std::vector<i64> labels) -> Attacked {
                 for (i64& label : labels) label = (label + 1) % classes;
                 return {fgsm(net, x, labels, o), labels};
               })
      .accuracy;
}

void picture(Sequential& net, const data::Images& test, const FgsmOptions& o, const std::string& path) {
  const Batch b = data::Loader(test, {.batch_size = 10, .shuffle = false}).batch_at(0);
  const std::vector<i64> labels = b.integers("labels");
  const Var once = fgsm(net, b["x"], labels, o);
  FgsmOptions far = o;
  far.steps = 10;
  const Var many = fgsm(net, b["x"], labels, far);
  const Var added = 0.5 + (once - b["x"]) / (2 * o.epsilon);
  io::save_grid(path, concat<float>({b["x"], added, once, many}), {.rows = 4, .columns = 10, .low = 0, .high = 1});
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string data_name = "mnist", out = "runs/fgsm";
    i64 epochs = 3, defended_epochs = 6, iterations = 10, only = 0;
    double epsilon = 0.25;
    u64 seed = 1;
    bool require = false;
    app::Options options("fgsm", "fools a classifier by the fast gradient sign method, and trains one that resists");
    options.add("--data NAME|DIR", data_name, "labelled images, whose sides are multiples of 4")
        .add("--out DIR", out, "folder for the picture")
        .add("--epsilon E", epsilon, "largest change of a pixel, black being 0 and white 1", {.min = 0.001, .max = 1})
        .add("--epochs N", epochs, "of the net without defence", {.min = 1, .max = 10000})
        .add("--defended-epochs N", defended_epochs, "of the net with it", {.min = 1, .max = 10000})
        .add("--iterations N", iterations, "steps of the iterative attack", {.min = 2, .max = 10000})
        .add("--images N", only, "of training and test images; 0: all", {.min = 0, .max = 1000000000})
        .add("--seed N", seed, "of initial weights and order")
        .add("--require", require, "fail unless errors are >= 85 % undefended, <= 20 % defended, clean <= 1.5 %");
    if (!options.parse(count, words)) return 0;

    const auto load = [&](data::Split split) {
      const data::Images d = data::load(data_name, split).scale(0, 1);
      return only > 0 && only < d.size() ? d.take(only) : d;
    };
    const data::Images images = load(data::Split::train), test = load(data::Split::test);
    Sequential plain = train(images, {epochs, seed, 0}), defended = train(images, {defended_epochs, seed, epsilon});

    const FgsmOptions none{.epsilon = 0}, once{.epsilon = epsilon};
    const FgsmOptions many{
        .epsilon = epsilon, .steps = iterations, .step = 2.5 * epsilon / static_cast<double>(iterations)};
    std::printf("error on %lld test images, epsilon %g          undefended   defended\n",
                static_cast<long long>(test.size()), epsilon);
    const auto line = [](const char* what, double a, double b) {
      std::printf("%-48s %8.2f %% %8.2f %%\n", what, 100 * a, 100 * b);
      std::fflush(stdout);
    };
    const ClassifierAccuracy clean_p = errors(plain, plain, test, none),
                             clean_d = errors(defended, defended, test, none);
    const ClassifierAccuracy once_p = errors(plain, plain, test, once), once_d = errors(defended, defended, test, once);
    line("unchanged", 1 - clean_p.accuracy, 1 - clean_d.accuracy);
    line("one step", 1 - once_p.accuracy, 1 - once_d.accuracy);
    line("  mean confidence", once_p.confidence, once_d.confidence);
    line("one step, made for the other net", 1 - errors(plain, defended, test, once).accuracy,
         1 - errors(defended, plain, test, once).accuracy);
    line((std::to_string(iterations) + " steps").c_str(), 1 - errors(plain, plain, test, many).accuracy,
         1 - errors(defended, defended, test, many).accuracy);
    line("turned into the next class, one step", reached(plain, test, once), reached(defended, test, once));
    line(("turned into the next class, " + std::to_string(iterations) + " steps").c_str(), reached(plain, test, many),
         reached(defended, test, many));
    io::make_directory(out);
    picture(plain, test, once, out + "/undefended.png");
    picture(defended, test, once, out + "/defended.png");

    const bool ok =
        once_p.accuracy <= 0.15 && once_d.accuracy >= 0.8 && clean_p.accuracy >= 0.985 && clean_d.accuracy >= 0.985;
    if (require && !ok) std::fprintf(stderr, "the errors are not within what --require asks for\n");
    return require && !ok ? 1 : 0;
  });
}
