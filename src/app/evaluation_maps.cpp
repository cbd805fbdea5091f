// Metrics on features.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <numeric>

#include "gan/backbones/squeezenet.hpp"
#include "gan/data/locate.hpp"
#include "gan/io/directory.hpp"
#include "gan/io/grid.hpp"
#include "gan/io/sha256.hpp"
#include "gan/io/weights.hpp"
#include "gan/metrics/coverage.hpp"
#include "gan/metrics/features.hpp"
#include "gan/metrics/frechet.hpp"
#include "gan/metrics/inception_score.hpp"
#include "gan/metrics/kernel.hpp"
#include "gan/metrics/lpips.hpp"
#include "gan/metrics/nearest.hpp"
#include "gan/metrics/path_length.hpp"
#include "gan/metrics/precision_recall.hpp"
#include "src/app/evaluation_parts.hpp"

namespace gan::app::evaluation {
namespace {

namespace fs = std::filesystem;
using Done = std::function<void(double)>;

/// The features, and the predictions of a classifier, for each set of images.
struct Seen {
  Var real, generated, train, untrained, probabilities;
  std::vector<i64> labels;
  double confidence = 0, real_confidence = 0;
};

/// The distances and neighbourhoods for one feature map.
void compare(Report& report, const char* name, const Seen& f) {
  const auto fid = metrics::frechet_distance(f.real, f.generated);
  report.line("%s-FID %.3f  (%lld samples, %lld real images, %lld features)", name, fid.distance,
              static_cast<long long>(fid.samples_b), static_cast<long long>(fid.samples_a),
              static_cast<long long>(f.real.shape(1)));
  if (f.train.defined() && f.untrained.defined()) {
    const double floor = metrics::frechet_distance(f.real, f.train).distance;
    const double ceiling = metrics::frechet_distance(f.real, f.untrained).distance;
    report.line("  floor %.3f (training images), ceiling %.3f (untrained generator): %.2f %% of the way up", floor,
                ceiling, 100 * (fid.distance - floor) / (ceiling - floor));
  }
  const i64 subset = std::min<i64>({1000, f.real.shape(0), f.generated.shape(0)});
  const auto kid = metrics::kernel_distance(f.real, f.generated, {.subset_size = subset});
  report.line("%s-KID %.5f +- %.5f  (100 subsets of %lld)", name, kid.mean, kid.deviation,
              static_cast<long long>(subset));
  const auto pr = metrics::precision_recall(f.real, f.generated);
  const auto dc = metrics::density_coverage(f.real, f.generated);
  report.line("precision %.3f, recall %.3f (k = 3); density %.3f, coverage %.3f (k = 5)", pr.precision, pr.recall,
              dc.density, dc.coverage);
}

void histogram(Report& report, const std::vector<std::string>& classes, const std::vector<i64>& labels) {
  const auto coverage = metrics::label_coverage(labels, static_cast<i64>(classes.size()));
  std::string text;
  double least = 1, most = 0;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const double share = static_cast<double>(coverage.counts[c]) / static_cast<double>(labels.size());
    char part[64];
    std::snprintf(part, sizeof part, "%s%.12s %.1f %%", c == 0 ? "" : ", ", classes[c].c_str(), 100 * share);
    text += part;
    least = std::min(least, share);
    most = std::max(most, share);
  }
  report.line("classes found: %s", text.c_str());
  report.line("  %lld of %lld classes, %.1f to %.1f %% each; %.4f nats from uniform",
              static_cast<long long>(coverage.hit), static_cast<long long>(coverage.modes), 100 * least, 100 * most,
              coverage.divergence);
}

/// The 1000 modes of stacked MNIST, each channel classified as a digit.
void add_modes(Work& work, Report& report, const Sets& sets,
               const std::shared_ptr<backbones::TrainedClassifier>& trained) {
  work.add(60, [&report, &sets, trained](const Done&) {
    const i64 k = trained->net.options.classes, modes = k * k * k;
    const auto line = [&](const char* what, const Var& images) {
      const auto c = metrics::label_coverage(backbones::stacked_labels(trained->net, images), modes);
      report.line("%s: %lld of %lld modes, %.4f nats from uniform  (%lld images)", what, static_cast<long long>(c.hit),
                  static_cast<long long>(modes), c.divergence, static_cast<long long>(c.samples));
    };
    report.title("Modes of " + sets.name + " by the classifier " + trained->path);
    report.line("sha256 %s", trained->sha256.c_str());
    line("samples", sets.generated);
    line("test images", sets.real);
  });
}

std::string classifier_file(const Settings& s, const Sets& sets) {
  if (!s.classifier.empty()) return s.classifier == "none" ? "" : s.classifier;
  const std::string name = sets.name == "stacked-mnist" ? "mnist" : fs::path(sets.name).filename().string();
  const std::string usual = "runs/classifiers/" + name + ".safetensors";
  std::error_code ignored;
  return fs::exists(usual, ignored) ? usual : "";
}

/// The metrics of the sets on the classifier's features.
void tell(Report& report, const Sets& sets, const backbones::TrainedClassifier& trained, const Seen& seen,
          const std::string& path) {
  const auto& told = trained.metadata;
  const auto of = [&told](const char* key) { return told.count(key) ? told.at(key) : std::string("unknown"); };
  report.title("Features of the classifier " + path);
  report.line("sha256 %s", trained.sha256.c_str());
  report.line("trained on %s (checksum %s), right on %s of its test images", of("data").c_str(),
              of("data_checksum").c_str(), of("test_accuracy").c_str());
  compare(report, "classifier", seen);
  const auto score = metrics::inception_score(seen.probabilities);
  report.line("classifier score (as Inception Score) %.3f +- %.3f of at most %lld", score.mean, score.deviation,
              static_cast<long long>(trained.net.options.classes));
  report.line("mean confidence %.4f (of real images %.4f)", seen.confidence, seen.real_confidence);
  std::vector<std::string> names = sets.classes;
  const auto classes = static_cast<std::size_t>(trained.net.options.classes);
  if (names.size() != classes) {
    names.clear();
    for (std::size_t c = 0; c < classes; ++c) names.push_back(std::to_string(c));
  }
  histogram(report, names, seen.labels);
  if (!sets.wanted.empty() && sets.generator->input().classes == trained.net.options.classes)
    report_agreement(report, sets, seen.labels, trained.net.options.classes);
}

}  // namespace

void add_classifier(Work& work, Report& report, const Settings& s, const Sets& sets) {
  const std::string path = classifier_file(s, sets);
  if (path.empty()) {
    report.line("no classifier for %s: the program classifier trains one for mnist, fashion-mnist and cifar10",
                sets.name.c_str());
    return;
  }
  auto trained = std::make_shared<backbones::TrainedClassifier>(backbones::load_classifier(path));
  const backbones::ClassifierOptions options = trained->net.options;
  if (sets.name == "stacked-mnist" && options.channels == 1 && sets.image()[0] == options.size) {
    add_modes(work, report, sets, trained);
    return;
  }
  if (!backbones::classifier_input(options, sets.generated.view(sets.generated.shape().with(0, 1), 0)).defined()) {
    if (!s.classifier.empty())
      throw UsageError("--classifier " + path + " takes other images than " + to_string(sets.image()));
    return;
  }
  auto seen = std::make_shared<Seen>();
  const auto add = [&, options](i64 weight, std::function<Var()> images, auto keep) {
    work.add(weight, [=](const Done& done) {
      const Var x = backbones::classifier_input(options, images());
      const double n = static_cast<double>(x.shape(0));
      keep(backbones::classify(trained->net, x, [&](i64 k) { done(static_cast<double>(k) / n); }));
    });
  };
  add(
      20, [&sets] { return sets.real; },
      [seen](const backbones::Classified& c) {
        seen->real = c.features;
        seen->real_confidence = c.confidence;
      });
  add(
      20, [&sets] { return sets.generated; },
      [seen](backbones::Classified c) {
        seen->generated = c.features;
        seen->probabilities = c.probabilities;
        seen->labels = std::move(c.labels);
        seen->confidence = c.confidence;
      });
  if (sets.generator) {
    const i64 n = s.samples;
    add(
        20, [&sets, n] { return some_of(sets.train, n, 1); },
        [seen](const backbones::Classified& c) { seen->train = c.features; });
    add(
        30, [&sets, n, seed = s.seed] { return draw(sets.generator->untrained(seed), n, seed); },
        [seen](const backbones::Classified& c) { seen->untrained = c.features; });
  }
  work.add(20, [&report, &sets, trained, seen, path](const Done&) { tell(report, sets, *trained, *seen, path); });
}

namespace {

/// Colour images for networks that take no others.
Var in_colour(const Var& images) { return images.shape(3) == 3 ? images : concat<float>({images, images, images}, 3); }

/// Runs the sets through a network, a hundred images at a time.
template <class Net>
std::shared_ptr<Seen> add_network(Work& work, Report& report, const char* name, std::shared_ptr<Net> net, i64 weight,
                                  const Settings& s, const Sets& sets) {
  auto seen = std::make_shared<Seen>();
  const auto add = [&](std::function<Var()> images, Var Seen::*keep) {
    work.add(weight, [=](const Done& done) {
      const Var all = images();
      const i64 n = all.shape(0), some = 100;
      Tensors<float> parts;
      for (i64 first = 0; first < n; first += some) {
        parts.push_back(metrics::features(*net, in_colour(rows(all, first, std::min(n, first + some)))));
        done(static_cast<double>(first) / static_cast<double>(n));
      }
      (*seen).*keep = concat(parts);
    });
  };
  add([&sets] { return sets.real; }, &Seen::real);
  add([&sets] { return sets.generated; }, &Seen::generated);
  if (sets.generator) {
    add([&sets, n = s.samples] { return some_of(sets.train, n, 1); }, &Seen::train);
    add([&sets, n = s.samples, seed = s.seed] { return draw(sets.generator->untrained(seed), n, seed); },
        &Seen::untrained);
  }
  work.add(weight, [&report, seen, name](const Done&) {
    report.title("Features of " + std::string(name));
    compare(report, name, *seen);
  });
  return seen;
}

/// The mean LPIPS of pairs of images, a few at a time.
double mean_lpips(const metrics::Lpips& lpips, const Var& a, const Var& b) {
  const NoGrad constant;
  double sum = 0;
  const i64 n = a.shape(0), some = 20;
  for (i64 first = 0; first < n; first += some) {
    const i64 end = std::min(n, first + some);
    for (const float v : lpips(in_colour(rows(a, first, end)), in_colour(rows(b, first, end))).to_vector())
      sum += double{v} / static_cast<double>(n);
  }
  return sum;
}

/// The path of the SqueezeNet weights, or empty.
std::string squeezenet_folder(const Settings& s) {
  if (!s.squeezenet.empty()) return s.squeezenet == "none" ? "" : s.squeezenet;
  std::error_code ignored;
  for (const std::string& place : data::places("squeezenet1_1"))
    if (fs::exists(place + "/squeezenet1_1.safetensors", ignored)) return place;
  return "";
}

}  // namespace

void add_squeezenet(Work& work, Report& report, const Settings& s, const Sets& sets) {
  const std::string folder = squeezenet_folder(s);
  if (folder.empty() || sets.image()[0] < 17 || sets.image()[1] < 17) return;
  auto lpips = std::make_shared<metrics::Lpips>();
  io::load_weights(lpips->net, folder + "/squeezenet1_1.safetensors");
  if (sets.image()[2] == 3) {  // grey images have a classifier, and ImageNet has no grey images
    add_network(work, report, "SqueezeNet", std::shared_ptr<backbones::SqueezeNet>(lpips, &lpips->net), 60, s, sets);
  }
  if (!fs::exists(folder + "/lpips_squeeze_lin.safetensors")) return;
  io::load_weights(lpips->weights, folder + "/lpips_squeeze_lin.safetensors");
  work.add(20, [&report, &s, &sets, lpips](const Done&) {
    const i64 n = std::min<i64>({s.pairs, sets.generated.shape(0) / 2, sets.real.shape(0) / 2});
    const auto spread = [&](const Var& x) { return mean_lpips(*lpips, rows(x, 0, n), rows(x, n, 2 * n)); };
    report.title("LPIPS (SqueezeNet)");
    report.line("mean of %lld pairs of samples %.4f, of real images %.4f: their diversity", static_cast<long long>(n),
                spread(sets.generated), spread(sets.real));
    if (s.paired && sets.real.shape() == sets.generated.shape())
      report.line("between the images of %lld pairs %.4f", static_cast<long long>(sets.real.shape(0)),
                  mean_lpips(*lpips, sets.real, sets.generated));
  });
  if (!sets.generator || sets.generator->input().batch_statistics) return;
  work.add(30, [&report, &s, &sets, lpips](const Done&) {
    const NoGrad constant;
    const InputSpec& how = sets.generator->input();
    const float scale = 2 / (how.high - how.low);
    const auto images = [&](const Var& z) { return scale * (sets.generator->images(z) - how.low) - 1.0; };
    const auto apart = [&](const Var& a, const Var& b) { return (*lpips)(in_colour(a), in_colour(b)); };
    const auto r =
        metrics::path_length(images, how.latent, apart, {.pairs = s.pairs, .path = metrics::LatentPath::linear});
    report.line("perceptual path length %.4g +- %.4g  (%lld pairs, straight lines in z, epsilon 1e-4)", r.mean,
                r.deviation, static_cast<long long>(r.pairs));
  });
}

void add_inception(Work& work, Report& report, const Settings& s, const Sets& sets) {
  if (s.inception.empty()) return;
  auto net = std::make_shared<backbones::Inception>(s.inception_input);
  io::load_weights(*net, s.inception);
  const auto seen = add_network(work, report, "Inception", net, 1000, s, sets);
  work.add(1, [&report, net, seen, path = s.inception](const Done&) {
    const NoGrad constant;
    const auto score = metrics::inception_score_of_logits(linear<float>(seen->generated, net->fc.weight.tensor()));
    report.line("Inception Score %.3f +- %.3f  (10 splits in order, logits without bias)", score.mean, score.deviation);
    report.line("weights %s, sha256 %s", path.c_str(), io::sha256_of_file(path).c_str());
  });
}

}  // namespace gan::app::evaluation
