// Draws images from a trained generator. The program knows no model: what the generator is stands in its file.
//   build/release/examples/sample --run runs/dcgan --count 64 --out runs/samples.png --seed 7
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string run = "runs/quickstart", out = "runs/samples.png";
    i64 images = 64;
    u64 seed = 1;
    app::Options options("sample", "draws images from a trained generator");
    options.add("--run PATH", run, "a run's folder, or a generator.safetensors or checkpoint from one")
        .add("--count N", images, "images to draw", {.min = 1, .max = 100000})
        .add("--out FILE", out, "the PNG file to write, of as many rows as it takes")
        .add("--seed N", seed, "of the images; a run's own seed gives the images of its grids");
    if (!options.parse(count, words)) return 0;

    const auto generator = load_generator(run);
    const Sampling& how = generator.sampling();
    const i64 columns = how.classes > 0 ? how.classes : 8, rows = (images + columns - 1) / columns;
    const io::GridOptions grid{.rows = rows, .columns = columns, .low = how.low, .high = how.high};
    io::save_grid(out, generator.sample(images, seed), grid);
    return 0;
  });
}
