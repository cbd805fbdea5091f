// How recognisable are the samples of a trained generator? Fits a logistic regression to real training images and
// compares how often it is confident about the class of samples and of real test images.
//   build/release/examples/judge --run runs/quickstart --data fashion-mnist
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <cstdio>

using namespace gan;

namespace {

struct Verdict {
  double confident = 0;       ///< fraction of images whose most probable class has at least 0.8
  std::vector<double> share;  ///< fraction of images in each class
  double correct = 0;         ///< fraction classified as labelled
};

Verdict judge(const Dense& classifier, const Var& images, const Var& labels) {
  NoGrad constant;
  Pass pass = Pass::inference();
  const Var p = softmax(classifier(flatten(images), pass));
  const i64 n = p.shape(0), classes = p.shape(1);
  Verdict v;
  v.share.resize(static_cast<std::size_t>(classes));
  for (i64 i = 0; i < n; ++i) {
    const float* row = p.data() + i * classes;
    i64 best = 0;
    for (i64 c = 1; c < classes; ++c) best = row[c] > row[best] ? c : best;
    const double one = 1.0 / static_cast<double>(n);
    v.share[static_cast<std::size_t>(best)] += one;
    if (row[best] >= 0.8f) v.confident += one;
    if (labels.defined() && static_cast<i64>(labels.data()[i]) == best) v.correct += one;
  }
  return v;
}

Dense fit(const data::Images& images, u64 seed) {
  const auto classes = static_cast<i64>(images.classes().size());
  Dense classifier(images.shape().stride0(), classes);
  init(classifier, seed);
  auto parameters = params(classifier);
  Optimizer<float> adam(Adam{.learning_rate = 5e-4, .beta1 = 0.9});
  data::Loader loader(images, {.batch_size = 256, .seed = seed});
  Pass pass = Pass::training();
  for (i64 k = 0; k < 8 * loader.batches_per_epoch(); ++k) {
    const Batch batch = loader.next();
    const Var loss = cross_entropy(classifier(flatten(batch["x"]), pass), batch.integers("labels"));
    adam.step(parameters, grad(loss, parameters.tensors));
  }
  return classifier;
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string run = "runs/quickstart", data_name = "fashion-mnist";
    i64 samples = 1000;
    u64 seed = 7;
    bool require = false;
    app::Options options("judge", "tells how recognisable a generator's samples are to a logistic regression");
    options.add("--run PATH", run, "a run's folder, or a file from one; images in [-1, 1]")
        .add("--data NAME|DIR", data_name, "the images that the generator learnt")
        .add("--samples N", samples, "images to generate", {.min = 1, .max = 100000})
        .add("--seed N", seed, "of the samples and the classifier")
        .add("--require", require, "fail unless the ratio is at least 0.9 and every class has 3 % of the samples");
    if (!options.parse(count, words)) return 0;

    const auto generator = load_generator(run);
    const Dense classifier = fit(data::load(data_name, data::Split::train).scale(-1, 1), seed);
    const data::Images test = data::load(data_name, data::Split::test).scale(-1, 1);
    const Batch real = test.batches(test.size()).batch_at(0);
    const Verdict on_real = judge(classifier, real["x"], real["labels"]);
    const Verdict on_fake = judge(classifier, generator.sample(samples, seed), {});

    std::printf("logistic regression: %.1f %% of %lld real test images classified rightly\n", 100 * on_real.correct,
                static_cast<long long>(test.size()));
    std::printf("confident (>= 0.8) of %.1f %% of real test images and of %.1f %% of %lld samples: ratio %.3f\n",
                100 * on_real.confident, 100 * on_fake.confident, static_cast<long long>(samples),
                on_fake.confident / on_real.confident);
    double least = 1;
    std::printf("class                real    samples\n");
    for (std::size_t c = 0; c < on_fake.share.size(); ++c) {
      std::printf("%-18s %5.1f %%    %5.1f %%\n", test.classes()[c].c_str(), 100 * on_real.share[c],
                  100 * on_fake.share[c]);
      least = std::min(least, on_fake.share[c]);
    }
    const bool recognisable = on_fake.confident >= 0.9 * on_real.confident && least >= 0.03;
    std::printf("%s: the ratio is %s 0.9 and the rarest class has %.1f %%\n",
                recognisable ? "recognisable" : "not recognisable",
                on_fake.confident >= 0.9 * on_real.confident ? "at least" : "below", 100 * least);
    return require && !recognisable ? 1 : 0;
  });
}
