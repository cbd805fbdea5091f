// Do people mistake a generator's samples for real images? Writes an HTML page that asks them (Denton et al. 2015,
// section 5.3): open it in a browser, answer, save the CSV.
//   build/release/examples/human --real fashion-mnist --generated runs/dcgan,runs/vanilla --out human.html
#include <gan/app/human_evaluation.hpp>
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <cstdio>
#include <filesystem>

using namespace gan;

namespace {

bool is_run(const std::string& path) {
  namespace fs = std::filesystem;
  return !fs::is_directory(path) || fs::exists(path + "/generator.safetensors") ||
         fs::is_directory(path + "/checkpoints");
}

/// The samples of a run, or the images of a folder. The name is that of the folder.
app::HumanSet open(std::string path, i64 size, i64 images, u64 seed) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::string name = std::filesystem::path(path).filename().string();
  if (!is_run(path)) return {name, data::folder(path, {.size = size})};
  const models::Trained g = load_generator(path);
  return {name, data::Images::from_tensor(g.sample(images, seed), g.input().low, g.input().high)};
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string real = "fashion-mnist", generated, out = "human.html";
    i64 size = 0;
    app::HumanEvaluationOptions o;
    app::Options options("human", "writes a page that asks people which images are real");
    options.add("--real NAME|DIR", real, "real images: a data set, whose test images are taken, or a folder")
        .add("--generated LIST", generated, "runs and folders of generated images, with commas between them")
        .add("--out FILE", out, "the page")
        .add("--images N", o.images, "shown of each", {.min = 1, .max = 10000})
        .add("--practice N", o.practice, "real images to practise on", {.min = 0, .max = 1000})
        .add("--size N", size, "sides that images of folders, and real ones, are brought to; 0: as they are",
             {.min = 0, .max = 1024})
        .add("--side N", o.side, "of an image on the screen", {.min = 16, .max = 4096})
        .add("--seed N", o.seed, "of the choice of images, and of samples");
    if (!options.parse(count, words)) return 0;

    std::vector<app::HumanSet> sets;
    for (std::size_t begin = 0; begin <= generated.size() && !generated.empty();) {
      const std::size_t end = std::min(generated.find(',', begin), generated.size());
      if (end > begin) sets.push_back(open(generated.substr(begin, end - begin), size, o.images, o.seed));
      begin = end + 1;
    }
    if (sets.empty()) throw UsageError("--generated is empty: name a run or a folder of images");
    const bool folder = std::filesystem::is_directory(real) && !std::filesystem::exists(real + "/test");
    const data::Images images =
        data::load(real, {.split = folder ? data::Split::train : data::Split::test, .size = size});
    io::make_directory_of(out);
    app::write_human_evaluation(out, {"real", images}, sets, o);
    std::printf("%s: %lld images for practice, then %lld of %zu sets; open it in a browser\n", out.c_str(),
                static_cast<long long>(o.practice),
                static_cast<long long>(o.images) * static_cast<long long>(sets.size() + 1), sets.size() + 1);
    return 0;
  });
}
