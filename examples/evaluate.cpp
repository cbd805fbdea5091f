// How good are the samples of a run, or the images of a folder? Prints every metric of docs/metrics.md that applies.
//   build/release/examples/evaluate --run runs/dcgan
//   build/release/examples/evaluate --real photos --generated samples --size 64
//   build/release/examples/evaluate --real truth --generated enlarged --paired
// The program classifier trains a classifier for the features of known datasets.
#include <gan/app/evaluation.hpp>
#include <gan/app/options.hpp>

int main(int argc, char** argv) { return gan::app::run(argc, argv, gan::app::evaluate); }
