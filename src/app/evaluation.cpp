// See app/evaluation.hpp.
#include "gan/app/evaluation.hpp"

#include <cstdio>
#include <filesystem>

#include "gan/app/human_evaluation.hpp"
#include "gan/app/options.hpp"
#include "gan/core/parallel.hpp"
#include "gan/io/directory.hpp"
#include "src/app/evaluation_parts.hpp"

namespace gan::app {

int evaluate(int argc, char** argv) {
  evaluation::Settings s;
  std::string human;
  int threads = 0;
  Options options("evaluate", "tells how good generated images are");
  options.add("--run PATH", s.run, "a run of a training program, or a file of one")
      .add("--real DIR", s.real, "instead of a run: real images")
      .add("--generated DIR", s.generated, "and generated ones")
      .add("--paired", s.paired, "the k-th generated image is to equal the k-th real one: PSNR, SSIM")
      .add("--size N", s.size, "height and width to which the folders' images are brought; 0: as they are",
           {.min = 0, .max = 4096})
      .add("--data NAME|DIR", s.data, "what the run learnt; by default what its configuration says")
      .add("--samples N", s.samples, "images to compare, of either kind", {.min = 100, .max = 1000000})
      .add("--seed N", s.seed, "of the samples")
      .add("--classifier FILE", s.classifier,
           "from the program classifier; by default that of the data, if any; none: without")
      .add("--squeezenet DIR", s.squeezenet, "its weights; by default where data sets are, if there; none: without")
      .add("--inception FILE", s.inception, "weights of FID's Inception-v3 as safetensors")
      .add("--inception-input NAME", s.inception_input, "how its images are resized")
      .add("--pairs N", s.pairs, "latent pairs for the perceptual path length", {.min = 1, .max = 1000000})
      .add("--quick", s.quick, "only what a classifier, or else another feature map, says")
      .add("--pictures DIR", s.pictures, "for the pictures; by default <run>/evaluation, none for folders")
      .add("--human FILE", human, "only writes a page of HTML that asks people which images are real")
      .add("--threads N", threads, "0: all cores", {.min = 0, .max = 1024});
  if (!options.parse(argc, argv)) return 0;
  if (threads > 0) set_threads(threads);

  const evaluation::Sets sets = evaluation::load_sets(s);
  if (!human.empty()) {
    io::make_directory_of(human);
    write_human_evaluation(human, {"real", data::Images::from_tensor(sets.real, -1, 1)},
                                {{"generated", data::Images::from_tensor(sets.generated, -1, 1)}}, {.seed = s.seed});
    std::printf("%s: open it in a browser\n", human.c_str());
    return 0;
  }
  if (s.pictures.empty() && !s.run.empty() && std::filesystem::is_directory(s.run))
    s.pictures = s.run + "/evaluation";
  evaluation::Work work;
  evaluation::Report report;
  if (sets.generator) report.title(sets.generator->model() + " of " + s.run + " on " + sets.name);
  evaluation::add_classifier(work, report, s, sets);
  if (!s.quick) evaluation::add_squeezenet(work, report, s, sets);
  evaluation::add_inception(work, report, s, sets);
  evaluation::add_codes(work, report, s, sets);
  if (!s.quick) evaluation::add_pixels(work, report, s, sets);
  if (s.paired) evaluation::add_pairs(work, report, sets);
  work.run();
  std::fputs(report.text().c_str(), stdout);
  return 0;
}

}  // namespace gan::app
