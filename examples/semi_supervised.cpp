// Trains a classifier with few labels and all images (Salimans et al. 2016), and counts its errors on the test images.
//   build/release/examples/semi_supervised --data mnist --labels-per-class 10 --labels-seed 1 --out runs/labels_1
// measures.csv has the errors after each of the authors' epochs. The last row counts: the best one was chosen by the
// test images.
#include <gan/app/training.hpp>
#include <gan/models/improved_gan.hpp>

int main(int argc, char** argv) {
  using namespace gan;
  return app::run(argc, argv, [](int count, char** words) {
    const auto system = models::entry_of<models::ImprovedGan>();
    app::TrainingFlags flags{.out = "runs/semi_supervised"};
    flags.take(models::ImprovedGan::recipe());
    return app::train_program(count, words, system, flags);
  });
}
