// Draws images from a trained generator. The program knows no systems: the file describes the generator.
//   build/release/examples/sample --run runs/dcgan --count 64 --out samples.png --seed 7
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

using namespace gan;

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string run = "runs/quickstart", out = "samples.png";
    i64 images = 64;
    u64 seed = 1;
    app::Options options("sample", "draws images from a trained generator");
    options.add("--run PATH", run, "a run or a file of one").add("--out FILE", out, "the PNG file to write");
    options.add("--count N", images, "images to draw", {.min = 1, .max = 100000}).add("--seed N", seed, "of them");
    if (!options.parse(count, words)) return 0;
    const auto generator = load_generator(run);
    io::make_directory_of(out);
    io::save_grid(out, generator.sample(images, seed), io::grid_of(generator.input(), images));
    return 0;
  });
}
