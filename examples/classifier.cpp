// Trains the classifier whose features metrics use, on training images alone, and prints its accuracy on test images.
//   build/release/examples/classifier --data mnist
//   build/release/examples/classifier --data fashion-mnist
//   build/release/examples/classifier --data cifar10
// Writes the weights to runs/classifiers/<data>.safetensors, where the program evaluate finds them.
#include <gan/app/options.hpp>
#include <gan/app/progress.hpp>
#include <gan/core/parallel.hpp>
#include <gan/gan.hpp>
#include <gan/io/sha256.hpp>
#include <gan/models/classifier.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>

using namespace gan;

namespace {

/// The default training settings for a dataset.
struct Recipe {
  std::string data;
  backbones::ClassifierOptions net;
  i64 epochs, shift;
  bool flip;
};

Recipe recipe_of(const std::string& data, const data::Images& images) {
  const backbones::ClassifierOptions grey{.channels = images.channels(), .size = images.height()};
  const backbones::ClassifierOptions colour{
      .channels = images.channels(), .size = images.height(), .width = 32, .stages = 3, .depth = 2, .dropout = 0.1};
  if (data == "mnist") return {data, grey, 6, 2, false};
  if (data == "fashion-mnist") return {data, grey, 10, 1, true};
  return {data, colour, 8, 2, true};
}

/// Writes the weights and their metadata; creates the folder.
void save_classifier(backbones::Classifier& net, const std::string& out, const std::string& data_name,
                     const data::Images& train, io::Metadata metadata, double accuracy) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", accuracy);
  metadata.insert({{"model", backbones::Classifier::name},
                   {"options", write_fields(net.options)},
                   {"data", std::filesystem::path(data_name).filename().string()},
                   {"data_checksum", train.checksum()},
                   {"test_accuracy", text}});
  io::make_directory_of(out);
  io::save_weights(net, out, metadata);
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string data_name = "mnist", out;
    i64 epochs = 0, batch_size = 128;
    double learning_rate = 2e-3, require = 0;
    u64 seed = 1;
    int threads = 0;
    app::Options options("classifier", "trains a classifier, for its features");
    options.add("--data NAME|DIR", data_name, "mnist, fashion-mnist, cifar10, or a folder of one of these sets' files")
        .add("--out FILE", out, "the weights; by default runs/classifiers/<data>.safetensors")
        .add("--epochs N", epochs, "passes over the training images; 0: those of the set's recipe",
             {.min = 0, .max = 100000})
        .add("--batch-size N", batch_size, "images in a batch", {.min = 2, .max = 65536})
        .add("--learning-rate X", learning_rate, "of Adam at the start", {.min = 1e-8, .max = 1})
        .add("--seed N", seed, "of initial weights, data order, dropout and shifts")
        .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024})
        .add("--require X", require, "fail below this accuracy on the test images", {.min = 0, .max = 1});
    if (!options.parse(count, words)) return 0;
    if (threads > 0) set_threads(threads);
    const auto started = std::chrono::steady_clock::now();

    const data::Images train = data::load(data_name, data::Split::train).scale(-1, 1);
    if (!train.labelled()) throw DataError("--data " + data_name + ": its images have no labels");
    if (train.height() != train.width()) throw DataError("--data " + data_name + ": its images are not square");
    Recipe recipe = recipe_of(data_name, train);
    recipe.net.classes = static_cast<i64>(train.classes().size());
    if (epochs == 0) epochs = recipe.epochs;
    if (out.empty()) out = "runs/classifiers/" + std::filesystem::path(data_name).filename().string() + ".safetensors";

    backbones::Classifier net(recipe.net);
    init(net, seed);
    const data::Loader loader(train.flipped(recipe.flip), {.batch_size = batch_size});
    const i64 steps = epochs * loader.batches_per_epoch();
    Game game = models::classifier_game(net, {.steps = steps, .learning_rate = learning_rate, .shift = recipe.shift});
    Trainer trainer(game, loader, {.epochs = epochs, .seed = seed});
    app::Progress progress({.total = steps, .images_per_round = batch_size});
    trainer.every(1, [&](Trainer& t) {
      std::vector<app::Metric> metrics;
      if (progress.due())
        for (const auto& [name, value] : t.metrics()) metrics.push_back({name, value});
      progress.update(t.round(), metrics);
    });
    trainer.run();
    progress.finish();

    // The test images have not influenced anything: the weights after the last step are kept.
    const double right = models::accuracy(net, data::load(data_name, data::Split::test));
    save_classifier(net, out, data_name, train, {{"epochs", std::to_string(epochs)}, {"seed", std::to_string(seed)}},
                    right);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    std::printf("%s: %.2f %% of the test images right after %lld epochs in %.0f s\n%s\nsha256 %s\n", data_name.c_str(),
                100 * right, static_cast<long long>(epochs), seconds, out.c_str(), io::sha256_of_file(out).c_str());
    return right < require ? 1 : 0;
  });
}
